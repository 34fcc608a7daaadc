package graft.model;

/** Changes of a UNet that act at some steps of a walk. */
public record ScheduledPatches(Patches patches, PatchSchedule schedule) {}
