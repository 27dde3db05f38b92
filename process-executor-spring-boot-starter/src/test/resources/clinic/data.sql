insert into owner (id, name, city) values (1, 'Jean Coleman', 'Monona'), (2, 'Eduardo Rodriquez', 'McFarland');
alter table owner alter column id restart with 10;
insert into pet (id, name, birth_date, owner_id) values
    (1, 'Samantha', '2012-09-04', 1), (2, 'Max', '2012-09-05', 1), (3, 'Rosy', '2011-04-17', 2);
insert into visit (id, visit_day, description, pet_id) values
    (1, '2013-01-01', 'rabies shot', 1), (2, '2013-01-02', 'rabies shot', 2), (3, '2013-01-04', 'spayed', 1);
insert into vet (id, name) values (1, 'Linda Douglas'), (2, 'Helen Leary');
insert into vet_specialties (vet_id, name) values (1, 'dentistry'), (1, 'surgery'), (2, 'radiology');
insert into vet_rooms (vet_id, rooms_key, rooms) values (1, 0, 'west'), (2, 1, 'east');
