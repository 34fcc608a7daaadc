package graft.app.command;

import graft.app.engine.Finding;
import graft.app.engine.Plan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/** What a check found, in words. */
final class Findings {

    private Findings() {}

    static void warn(List<Finding> findings, PrintWriter to) {
        findings.forEach(finding -> to.println("warning: " + finding.sentence()));
        to.flush();
    }

    static void print(Plan plan, Path file, PrintWriter to) {
        for (Finding finding : plan.findings()) {
            to.println((finding.isError() ? "graft: " : "warning: ") + finding.sentence());
        }
        long errors = plan.findings().stream().filter(Finding::isError).count();
        if (errors > 1) {
            to.println("graft: " + file + " has " + errors + " problems; nothing ran.");
        }
        to.flush();
    }
}
