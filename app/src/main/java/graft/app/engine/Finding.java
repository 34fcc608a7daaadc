package graft.app.engine;

import graft.node.Problem;

/**
 * Something that a check found.
 *
 * @param severity whether it keeps the workflow from running
 * @param node id of the node that it is about; empty for the workflow as a whole
 * @param socket the input, output or setting that it is about; empty for the node as a whole
 * @param happened what is wrong, {@code why} so, and the {@code remedy}, as the parts of one sentence
 */
public record Finding(Severity severity, String node, String socket, String happened, String why, String remedy) {

    /** Whether a workflow runs all the same. */
    public enum Severity {
        ERROR,
        WARNING
    }

    static Finding error(String node, String socket, String happened, String why, String remedy) {
        return new Finding(Severity.ERROR, node, socket, happened, why, remedy);
    }

    static Finding error(String node, Problem problem) {
        return error(node, problem.socket().orElse(""), problem.happened(), problem.why(), problem.remedy());
    }

    static Finding warning(String node, String sentence) {
        return new Finding(Severity.WARNING, node, "", sentence, "", "");
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** The place and the parts as one sentence: {@code sample.steps: Setting steps cannot be 0: …; …}. */
    public String sentence() {
        String place = node.isEmpty() ? "" : socket.isEmpty() ? node + ": " : node + "." + socket + ": ";
        return place + (why.isEmpty() ? happened : new Problem(happened, why, remedy).getMessage());
    }
}
