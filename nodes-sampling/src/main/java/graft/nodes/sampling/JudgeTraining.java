package graft.nodes.sampling;

import graft.node.Node;
import graft.node.NodeType;
import graft.node.Output;
import graft.node.Run;
import graft.node.Setting;
import graft.node.Setting.Control;
import graft.node.SettingGroup;
import graft.node.Specs;
import graft.score.SubjectJudge;
import graft.train.Judge;

/** Says how a training is to be judged while it runs. */
@NodeType(
        id = "graft/score/judge",
        title = "Judge",
        category = "training",
        help =
                "Wired into a trainer, draws and scores what is learnt every so many steps, says which step is the best and when more"
                        + " teach nothing, and puts the best on a wire of its own. The training learns the same with it.",
        words = {"early stopping", "best checkpoint", "evaluate", "overfitting", "when to stop", "validation"})
public final class JudgeTraining implements Node {

    @Setting(
            title = "Judge every",
            min = 1,
            max = 1_000_000,
            unit = "steps",
            help = "Steps between two looks. The log says when looking takes more than a tenth of the training.")
    int every = 100;

    @Setting(
            title = "Stop by itself",
            help =
                    "Ends the training once more steps gain nothing or begin to copy the pictures; off, it says so alone.")
    boolean stop = false;

    @SettingGroup
    QuestionSettings questions = new QuestionSettings();

    @Setting(
            title = "Pictures per prompt",
            min = 1,
            max = 100,
            unit = "seeds",
            help = "How many are drawn of each of the subject's prompts, each from noise of its own.")
    int seeds = 1;

    @Setting(
            min = 0,
            advanced = true,
            group = "drawing",
            control = Control.SEED,
            help = "Chooses the noise of the first picture of each prompt; the next has the next.")
    long seed = 0;

    @Setting(
            advanced = true,
            group = "drawing",
            min = 1,
            max = 1000,
            unit = "steps",
            help = "Of the sampler; few are enough to tell one look from another.")
    int steps = 10;

    @SettingGroup
    ScoringSettings scoring = new ScoringSettings();

    @SettingGroup
    VisionSettings looks = new VisionSettings();

    @Output(help = "To be wired into a trainer.")
    Judge judge;

    @Override
    public void configure(Specs specs) {
        SubjectJudge judging = judging();
        looks.check(specs);
        specs.output("judge", judging.outlook());
    }

    @Override
    public void run(Run run) {
        judge = judging();
    }

    private SubjectJudge judging() {
        return new SubjectJudge(
                every, stop, questions.of(seed, seeds), scoring.artist(steps), looks.dino(), looks.clip());
    }
}
