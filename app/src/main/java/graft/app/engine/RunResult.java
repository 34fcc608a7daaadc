package graft.app.engine;

import graft.app.engine.RunEvent.Outcome;
import java.nio.file.Path;

/** How a run ended, where its files are, and how long it took in seconds. */
public record RunResult(Outcome outcome, Path folder, double seconds) {}
