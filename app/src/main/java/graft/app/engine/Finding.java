package graft.app.engine;

import graft.app.plugin.MissingNode;
import graft.app.plugin.PluginFailure;
import graft.node.PlainText;
import graft.node.Problem;
import java.util.Optional;

/**
 * Something that a check found.
 *
 * @param severity whether it keeps the workflow from running
 * @param node id of the node that it is about; empty for the workflow as a whole
 * @param socket the input, output or setting that it is about; empty for the node as a whole
 * @param happened what is wrong, {@code why} so, and the {@code remedy}, as the parts of one sentence
 * @param missing what brings the node's type or a choice, when that is what is missing
 * @param plugin id of the plugin whose fault it is; empty when it is nobody's, or Graft's own
 */
public record Finding(
        Severity severity,
        String node,
        String socket,
        String happened,
        String why,
        String remedy,
        Optional<MissingNode> missing,
        Optional<String> plugin) {

    public Finding {
        node = PlainText.line(node, RunEvent.NAME);
        socket = PlainText.line(socket, RunEvent.NAME);
        happened = PlainText.line(happened, RunEvent.LONGEST);
        why = PlainText.line(why, RunEvent.LONGEST);
        remedy = PlainText.line(remedy, RunEvent.LONGEST);
    }

    /** Whether a workflow runs all the same. */
    public enum Severity {
        /** Nothing runs. */
        ERROR,
        /** The node fails by a fault of its own, with all that needs it; the rest runs. */
        FAULT,
        WARNING
    }

    static Finding error(String node, String socket, String happened, String why, String remedy) {
        return new Finding(Severity.ERROR, node, socket, happened, why, remedy, Optional.empty(), Optional.empty());
    }

    static Finding error(String node, Problem problem) {
        return error(node, problem.socket().orElse(""), problem.happened(), problem.why(), problem.remedy());
    }

    static Finding fault(String node, Plan.Fault fault) {
        Problem problem = fault.problem();
        return new Finding(
                Severity.FAULT,
                node,
                "",
                problem.happened(),
                problem.why(),
                problem.remedy(),
                Optional.empty(),
                fault.plugin());
    }

    static Finding missing(String node, MissingNode missing, String remedy) {
        // A plugin that is installed and does not load is no mistake in the workflow.
        boolean fault = missing.how() == MissingNode.How.MEND;
        return new Finding(
                fault ? Severity.FAULT : Severity.ERROR,
                node,
                "",
                "there is no node type " + missing.type(),
                missing.why(),
                remedy,
                Optional.of(missing),
                missing.plugin().filter(known -> fault));
    }

    /** Of a choice whose plugin is not here. */
    static Finding missing(String node, Problem problem, MissingNode missing) {
        return new Finding(
                Severity.ERROR,
                node,
                problem.socket().orElse(""),
                problem.happened(),
                missing.why(),
                missing.remedy(),
                Optional.of(missing),
                Optional.empty());
    }

    static Finding passedOver(PluginFailure failure) {
        return new Finding(
                Severity.WARNING,
                "",
                "",
                "Of the plugin " + failure.plugin() + ", " + failure.reason() + ".",
                "",
                "",
                Optional.empty(),
                Optional.of(failure.plugin()));
    }

    static Finding warning(String node, String sentence) {
        return new Finding(Severity.WARNING, node, "", sentence, "", "", Optional.empty(), Optional.empty());
    }

    /** The same, found of another node or socket. */
    public Finding at(String otherNode, String otherSocket) {
        return new Finding(severity, otherNode, otherSocket, happened, why, remedy, missing, plugin);
    }

    /** Whether it is more than a warning. */
    public boolean isError() {
        return severity != Severity.WARNING;
    }

    /** Whether nothing runs as long as it is so. */
    public boolean keepsFromRunning() {
        return severity == Severity.ERROR;
    }

    /** The place and the parts as one sentence: {@code sample.steps: Setting steps cannot be 0: …; …}. */
    public String sentence() {
        String place = node.isEmpty() ? "" : socket.isEmpty() ? node + ": " : node + "." + socket + ": ";
        return place + words();
    }

    /** The parts as one sentence, without the place. */
    public String words() {
        return why.isEmpty() ? happened : new Problem(happened, why, remedy).getMessage();
    }
}
