package graft.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import graft.node.Problem;
import graft.picture.Picture;
import graft.train.Losses;
import java.awt.Color;
import java.awt.Rectangle;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Scores of pictures that are drawn here, seen by encoders that see mean colours. */
class ScoreTest {

    private static final Shape DISC = new Ellipse2D.Double(12, 12, 40, 40);
    private static final Shape BOX = new Rectangle(14, 14, 36, 36);

    /** DINO sees the middle, CLIP middle and corner; words are looked up. */
    private static final Encoders EYES = new Encoders() {
        @Override
        public float[] dino(Picture picture) {
            return at(picture, 32, 32);
        }

        @Override
        public float[] clip(Picture picture) {
            float[] middle = at(picture, 32, 32);
            float[] corner = at(picture, 0, 0);
            return new float[] {middle[0], middle[1], middle[2], corner[0], corner[1], corner[2]};
        }

        @Override
        public float[] clip(String words) {
            return words.contains("yellow") ? new float[] {1, 0, 0, 1, 1, 0} : new float[] {1, 0, 0, 1, 1, 1};
        }

        private static float[] at(Picture picture, int x, int y) {
            int from = 3 * (y * picture.width() + x);
            return new float[] {picture.rgb()[from], picture.rgb()[from + 1], picture.rgb()[from + 2]};
        }
    };

    private static final List<Score.Example> TAUGHT = List.of(
            new Score.Example(TestPictures.of(DISC, Color.RED, Color.WHITE), "a sks disc on a white background"),
            new Score.Example(TestPictures.of(DISC, Color.RED, Color.YELLOW), "a sks disc on a yellow background"));

    private static Questions questions(String subject) {
        return new Questions(
                subject,
                "disc",
                List.of("a {subject} on a white background", "a {subject} on a blue background"),
                List.of("a box"),
                List.of(1L, 2L));
    }

    private static Picture on(Color ink, Color paper) {
        return TestPictures.of(DISC, ink, paper);
    }

    private static Score score(
            String name, Optional<Score> before, List<Picture> subject, Color classInk, Color boxInk) {
        return Score.of(
                new Score.Origin(name, "", before, Optional.empty()),
                questions(name.equals("base") ? "sks disc" : "<disc>"),
                TAUGHT,
                new Score.Drawings(
                        subject,
                        List.of(
                                on(classInk, Color.WHITE),
                                on(classInk, Color.WHITE),
                                on(classInk, Color.BLUE),
                                on(classInk, Color.BLUE)),
                        List.of(TestPictures.of(BOX, boxInk, Color.WHITE), TestPictures.of(BOX, boxInk, Color.WHITE))),
                EYES);
    }

    private static List<Picture> discs(Color ink) {
        return List.of(on(ink, Color.WHITE), on(ink, Color.WHITE), on(ink, Color.BLUE), on(ink, Color.BLUE));
    }

    private static Score base() {
        return score("base", Optional.empty(), discs(Color.GREEN), Color.GREEN, Color.GRAY);
    }

    private static double mean(Score score, Measure measure) {
        return score.values(measure).orElseThrow().mean();
    }

    @Test
    void theSubjectItselfInTheSettingsAskedForIsOfFullFidelity() {
        Score score = score("good", Optional.of(base()), discs(Color.RED), Color.GREEN, Color.GRAY);

        assertThat(mean(score, Measure.DINO)).isCloseTo(1, within(1e-6));
        assertThat(score.values(Measure.CLIP_IMAGE).orElseThrow().each().get(0)).isCloseTo(1, within(1e-6));
        assertThat(mean(score, Measure.STRUCTURE)).isGreaterThan(0.97);
        assertThat(mean(score, Measure.FIDELITY))
                .isCloseTo(
                        (mean(score, Measure.DINO) + mean(score, Measure.CLIP_IMAGE) + mean(score, Measure.STRUCTURE))
                                / 3,
                        within(1e-12));
        assertThat(mean(score, Measure.FIDELITY)).isGreaterThan(mean(base(), Measure.FIDELITY) + 0.2);
    }

    @Test
    void aPromptIsMeasuredAgainstTheTrainingPictureWhoseSettingItNames() {
        List<String> captions = TAUGHT.stream().map(Score.Example::caption).toList();

        assertThat(NamedSetting.of("a <disc> on a Yellow background", captions)).isEqualTo(OptionalInt.of(1));
        assertThat(NamedSetting.of("a sks disc on a blue background", captions)).isEmpty();
        assertThat(NamedSetting.of("a dog", List.of("a dog", "a dog"))).isEmpty();
        assertThat(NamedSetting.of("a dog on a red sofa", List.of("dog", "dog on sofa", "dog on red sofa")))
                .isEqualTo(OptionalInt.of(2));
    }

    @Test
    void aPictureInTheSettingOfAnotherPromptIsOfLessClipFidelity() {
        Score inOtherSetting = score(
                "other",
                Optional.of(base()),
                List.of(
                        on(Color.RED, Color.YELLOW),
                        on(Color.RED, Color.YELLOW),
                        on(Color.RED, Color.BLUE),
                        on(Color.RED, Color.BLUE)),
                Color.GREEN,
                Color.GRAY);

        assertThat(inOtherSetting
                        .values(Measure.CLIP_IMAGE)
                        .orElseThrow()
                        .each()
                        .get(0))
                .isLessThan(0.9);
        assertThat(inOtherSetting.values(Measure.PROMPT).orElseThrow().each().get(0))
                .isLessThan(0.9);
    }

    @Test
    void leakIsWhatTheClassTookOnOfTheSubjectAndDriftWhatOtherPicturesLost() {
        Score clean = score("clean", Optional.of(base()), discs(Color.RED), Color.GREEN, Color.GRAY);
        Score leaking = score("leaking", Optional.of(base()), discs(Color.RED), Color.RED, Color.BLUE);

        assertThat(mean(clean, Measure.LEAK)).isZero();
        assertThat(mean(clean, Measure.DRIFT)).isCloseTo(0, within(1e-6));
        assertThat(mean(leaking, Measure.LEAK)).isCloseTo(1, within(1e-6));
        assertThat(mean(leaking, Measure.DRIFT)).isGreaterThan(0.05);
    }

    @Test
    void withoutWhatWasDrawnBeforeThereIsNoLeakAndNoDrift() {
        assertThat(base().values(Measure.LEAK)).isEmpty();
        assertThat(base().values(Measure.DRIFT)).isEmpty();
        assertThat(base().trained()).isFalse();
    }

    @Test
    void diversityIsTheDistanceBetweenSeedsOfOnePrompt() {
        Score same = score("same", Optional.of(base()), discs(Color.RED), Color.GREEN, Color.GRAY);
        Score varied = score(
                "varied",
                Optional.of(base()),
                List.of(
                        on(Color.RED, Color.WHITE),
                        on(Color.GREEN, Color.WHITE),
                        on(Color.RED, Color.BLUE),
                        on(Color.GREEN, Color.BLUE)),
                Color.GREEN,
                Color.GRAY);

        assertThat(mean(same, Measure.DIVERSITY)).isCloseTo(0, within(1e-6));
        assertThat(mean(varied, Measure.DIVERSITY)).isCloseTo(1, within(1e-6));
    }

    @Test
    void aCopyOfATrainingPictureWhereANewSettingWasAskedForIsFullMemory() {
        Score copying = score(
                "copying",
                Optional.of(base()),
                List.of(
                        on(Color.RED, Color.WHITE),
                        on(Color.RED, Color.WHITE),
                        on(Color.RED, Color.YELLOW),
                        on(Color.RED, Color.WHITE)),
                Color.GREEN,
                Color.GRAY);

        assertThat(copying.values(Measure.MEMORISATION).orElseThrow().each()).containsExactly(1.0, 1.0);
        assertThat(mean(base(), Measure.MEMORISATION)).isLessThan(0.7);
    }

    @Test
    void scoresThatWereAskedOtherQuestionsAreRefused() {
        Score base = base();

        assertThatThrownBy(() -> Score.of(
                        new Score.Origin("x", "", Optional.of(base), Optional.empty()),
                        questions("x"),
                        TAUGHT.subList(0, 1),
                        base.drawings(),
                        EYES))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.socket()).hasValue("before"));
    }

    @Test
    void aVariantIsReadAsItsSettings() {
        Score score = Score.of(
                new Score.Origin(
                        "LoRA", "rank=4, learningRate=0.001", Optional.empty(), Optional.of(new Losses(List.of()))),
                questions("x"),
                TAUGHT,
                base().drawings(),
                EYES);

        assertThat(score.label()).isEqualTo("rank 4, learning rate 0.001");
        assertThat(score.variant()).containsExactly(Map.entry("rank", "4"), Map.entry("learningRate", "0.001"));
    }

    // --- comparison and advice

    private static Score faithful(String name, double share) {
        int green = (int) Math.round(255 * (1 - share));
        return score(name, Optional.of(base()), discs(new Color(255, green, 0)), Color.GREEN, Color.GRAY);
    }

    @Test
    void theMostFaithfulIsRecommendedWhereItIsBeyondChance() {
        Advice advice = Advice.of(new Comparison("disc", List.of(base(), faithful("A", 0.2), faithful("B", 1))));

        assertThat(advice.headline()).contains("Take B");
        assertThat(advice.reasons()).anyMatch(reason -> reason.contains("A"));
        assertThat(advice.doubts()).anyMatch(doubt -> doubt.contains("one training of each"));
    }

    @Test
    void whatLiesWithinChanceIsCalledUndecided() {
        List<Picture> mixed = List.of(
                on(Color.RED, Color.WHITE),
                on(Color.GREEN, Color.WHITE),
                on(Color.RED, Color.BLUE),
                on(Color.GREEN, Color.BLUE));
        List<Picture> otherwise = List.of(
                on(Color.GREEN, Color.WHITE),
                on(Color.RED, Color.WHITE),
                on(Color.GREEN, Color.BLUE),
                on(new Color(255, 60, 0), Color.BLUE));
        Score one = score("one", Optional.of(base()), mixed, Color.GREEN, Color.GRAY);
        Score other = score("other", Optional.of(base()), otherwise, Color.GREEN, Color.GRAY);

        Advice advice = Advice.of(new Comparison("disc", List.of(base(), one, other)));

        assertThat(advice.headline()).contains("cannot be told apart");
        assertThat(advice.reasons()).anyMatch(reason -> reason.contains("undecided"));
    }

    @Test
    void aLeakIsToldOf() {
        Score leaking = score("leaking", Optional.of(base()), discs(Color.RED), Color.RED, Color.GRAY);

        assertThat(Advice.of(new Comparison("disc", List.of(base(), leaking))).doubts())
                .anyMatch(doubt -> doubt.contains("class pictures"));
    }

    @Test
    void aTrainingThatTaughtNothingIsToldOf() {
        Score nothing = score("nothing", Optional.of(base()), discs(Color.GREEN), Color.GREEN, Color.GRAY);

        assertThat(Advice.of(new Comparison("disc", List.of(base(), nothing))).doubts())
                .anyMatch(doubt -> doubt.contains("learnt too little"));
    }

    @Test
    void aRowHasEveryMeasureAndNullForWhatIsNotKnown() {
        var rows = new Comparison("disc", List.of(base(), faithful("A", 1))).rows();

        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).getAsJsonObject().get("leak").isJsonNull()).isTrue();
        assertThat(rows.get(1).getAsJsonObject().get("leak").getAsDouble()).isZero();
        assertThat(rows.get(1).getAsJsonObject().keySet())
                .contains(
                        "method",
                        "subject",
                        "fidelity",
                        "dino",
                        "clipImage",
                        "structure",
                        "prompt",
                        "drift",
                        "leak",
                        "diversity",
                        "memorisation",
                        "seconds",
                        "peakMiB",
                        "bytes");
    }

    @Test
    void spreadIsTheDeviationOfASample() {
        Values values = new Values(List.of(1.0, 2.0, 3.0, 4.0));

        assertThat(values.mean()).isEqualTo(2.5);
        assertThat(values.deviation()).isCloseTo(Math.sqrt(5.0 / 3), within(1e-12));
        assertThat(values.margin()).isCloseTo(3.182 * Math.sqrt(5.0 / 12), within(1e-12));
        assertThat(values.meansOf(2).each()).containsExactly(1.5, 3.5);
        assertThat(new Values(List.of(7.0)).margin()).isInfinite();
        assertThat(new Values(List.of(7.0)).deviation()).isZero();
    }
}
