package graft.score;

import graft.node.Choice;
import java.util.List;
import org.pf4j.ExtensionPoint;

/**
 * A measure of what a model drew, beside Graft's own ({@link Measure}).
 *
 * <p>Graft itself brings none but {@link Own#NONE}. A plugin offers one as a class with a public constructor without arguments,
 * annotated with {@link org.pf4j.Extension}: it is then a choice of Score, and Compare shows it in its table and its report. One
 * instance serves all scores, so it keeps nothing.
 */
@Choice.Set(builtIn = ScoreMeasure.Own.class)
public interface ScoreMeasure extends Choice, ExtensionPoint {

    /** What it tells, in one sentence for a person. */
    String help();

    /** Whether of two means the greater is the better one. */
    boolean moreIsBetter();

    /**
     * Measures the pictures of the subject, one by one.
     *
     * @param questions what was asked for: {@link Questions#ofSubject} in the order of {@link Score.Drawings#ofSubject}
     * @param examples what the model was trained on, at least one
     * @param drawings what it drew
     * @return a finite number for each picture of the subject, in their order
     */
    List<Double> values(Questions questions, List<Score.Example> examples, Score.Drawings drawings);

    /** What comes with Graft. */
    enum Own implements ScoreMeasure, Choice.BuiltIn {
        /** No other. */
        NONE;

        @Override
        public String title() {
            return "None";
        }

        @Override
        public String help() {
            return "No other measure.";
        }

        @Override
        public boolean moreIsBetter() {
            return true;
        }

        @Override
        public List<Double> values(Questions questions, List<Score.Example> examples, Score.Drawings drawings) {
            return List.of();
        }
    }
}
