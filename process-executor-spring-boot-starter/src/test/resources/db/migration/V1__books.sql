create table book (id int primary key, title varchar(100));
insert into book values (1, 'A Room of One''s Own'), (2, 'Orlando');
