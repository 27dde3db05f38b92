package io.processexecutor.serialization.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What {@link CorpusMain} said.
 *
 * @param right how many cases arrived as they were sent
 * @param refused what was refused by name though it is meant to arrive
 * @param wrong what arrived otherwise than it was sent, or not at all and not by refusal
 */
public record CorpusScore(int right, List<String> refused, List<String> wrong) {

    static final String RIGHT = "RIGHT";
    static final String REFUSED = "REFUSED ";

    private static final String MARK = "> ";
    private static final String BETWEEN = " | ";

    static void say(Case each, String outcome) {
        System.out.println(MARK + each.name() + BETWEEN + outcome.replace('\n', ' '));
    }

    /**
     * Reads it, and prints the score.
     *
     * @param where the layout and mode, for the print
     * @param out what was printed
     */
    public static CorpusScore of(String where, String out) {
        Map<String, Case> cases = Cases.everyOne().stream().collect(Collectors.toMap(Case::name, Function.identity()));
        int right = 0;
        int refusedAsMeant = 0;
        List<String> refused = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (String line : out.lines().filter(each -> each.startsWith(MARK)).toList()) {
            int cut = line.indexOf(BETWEEN);
            Case known = cases.remove(line.substring(MARK.length(), cut));
            String outcome = line.substring(cut + BETWEEN.length());
            if (outcome.startsWith(REFUSED) && known.refused()) {
                refusedAsMeant++;
            } else if (outcome.startsWith(REFUSED)) {
                refused.add(line);
            } else if (outcome.equals(RIGHT) && !known.refused()) {
                right++;
            } else {
                wrong.add(line);
            }
        }
        cases.keySet().forEach(each -> wrong.add(each + ": nothing was said of it"));
        System.out.printf(
                "Corpus on Java %s, %s: %d right, %d refused by name (%d of them meant to be), %d wrong, of %d%n",
                Runtime.version().feature(),
                where,
                right,
                refusedAsMeant + refused.size(),
                refusedAsMeant,
                wrong.size(),
                Cases.everyOne().size());
        return new CorpusScore(right, refused, wrong);
    }
}
