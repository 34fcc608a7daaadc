package graft.app.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import graft.app.engine.Assignment;
import graft.app.engine.Cache;
import graft.app.engine.Engine;
import graft.app.engine.Finding;
import graft.app.engine.Plan;
import graft.app.plugin.NodeLibrary;
import graft.app.user.ModelFolders;
import graft.app.workflow.Workflow;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code graft check}: everything that is wrong with a workflow. */
@Command(
        name = "check",
        description = "Names everything that is wrong with a workflow, and runs nothing.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the workflow can run", "2:it cannot"},
        footerHeading = "%nExample:%n",
        footer = "  graft check workflows/train-lora.json")
final class CheckCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The workflow, a JSON file; also one of ComfyUI.")
    private Path file;

    @Option(
            names = "--set",
            paramLabel = "NODE.SETTING=VALUE",
            description =
                    "Checks with another value of a setting, or of one of the chosen sampler's, loss's or other choice's own"
                            + " by NODE.SETTING.OWN=VALUE; may be given again and again.")
    private List<String> set = new ArrayList<>();

    @Option(
            names = "--models",
            paramLabel = "PLACE",
            description = "Where models are that the workflow names as ComfyUI does: a folder, of ComfyUI or the "
                    + "AUTOMATIC1111 web UI too, or an extra_model_paths.yaml; may be given again and again, and comes "
                    + "before GRAFT_MODELS and the editor's settings.")
    private List<Path> models = new ArrayList<>();

    @Option(names = "--json", description = "Prints a JSON array, one object a finding.")
    private boolean json;

    @Override
    public Integer call() {
        List<Assignment> assignments = set.stream().map(Assignment::of).toList();
        PrintWriter err = spec.commandLine().getErr();
        ModelFolders folders = Home.models(models);
        try (Cache cache = Cache.none()) {
            NodeLibrary library = Home.library(err);
            GivenWorkflow given = GivenWorkflow.read(file, library, folders);
            Workflow workflow = given.workflow();
            for (Assignment assignment : assignments) {
                workflow = assignment.applyTo(workflow, library);
            }
            Home.compareLock(file, library, err);
            Plan plan = new Engine(library, cache, () -> folders).check(workflow);
            boolean sound = plan.findings().stream().noneMatch(Finding::isError);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                JsonArray all = new JsonArray();
                given.findings().forEach(finding -> all.add(json(finding)));
                plan.findings().forEach(finding -> all.add(json(finding)));
                out.println(all);
            } else {
                given.report().forEach(out::println);
                out.flush();
                Findings.warn(given.findings(), err);
                Findings.print(plan, file, err);
                if (sound) {
                    out.println(file + " can run: " + plan.steps().size() + " nodes.");
                }
            }
            out.flush();
            return sound ? ExitCode.DONE : ExitCode.WRONG_INPUT;
        }
    }

    private static JsonObject json(Finding finding) {
        JsonObject object = new JsonObject();
        object.addProperty("severity", finding.severity().name().toLowerCase(Locale.ROOT));
        object.addProperty("node", finding.node());
        object.addProperty("socket", finding.socket());
        object.addProperty("happened", finding.happened());
        object.addProperty("why", finding.why());
        object.addProperty("remedy", finding.remedy());
        object.addProperty("sentence", finding.sentence());
        return object;
    }
}
