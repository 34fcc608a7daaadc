package graft.app.comfy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Prints how many node types and files of ComfyUI in a folder are taken over wholly, and what is not. */
final class ComfyFolderReport {

    private ComfyFolderReport() {}

    public static void main(String[] arguments) throws IOException {
        Map<String, int[]> types = new TreeMap<>();
        int whole = 0;
        int nodes = 0;
        int taken = 0;
        List<Path> files;
        try (Stream<Path> all = Files.walk(Path.of(arguments[0]))) {
            files = all.filter(Files::isRegularFile)
                    .filter(ComfyFile::isOne)
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            Translation read = ComfyFile.read(file, type -> true);
            for (Fate fate : read.fates()) {
                int[] counts =
                        types.computeIfAbsent(fate.type().length() == 36 ? "a subgraph" : fate.type(), t -> new int[2]);
                counts[fate.isKept() ? 1 : 0]++;
                nodes++;
                taken += fate.isKept() ? 0 : 1;
            }
            whole += read.kept().isEmpty() ? 1 : 0;
            System.out.println(file.getFileName() + ": "
                    + (read.kept().isEmpty() ? "whole" : "kept " + String.join(", ", read.kept())));
            if (arguments.length > 1) {
                read.report().forEach(System.out::println);
                read.remarks().forEach(remark -> System.out.println("  - " + remark.node() + ": " + remark.sentence()));
            }
        }
        Map<String, Integer> kept = new LinkedHashMap<>();
        types.entrySet().stream()
                .filter(each -> each.getValue()[1] > 0)
                .sorted((one, other) -> other.getValue()[1] - one.getValue()[1])
                .limit(40)
                .forEach(each -> kept.put(each.getKey(), each.getValue()[1]));
        System.out.println("kept most: " + kept);
        System.out.println(files.size() + " files, " + whole + " taken over wholly; " + types.size() + " node types, "
                + types.values().stream().filter(counts -> counts[1] == 0).count() + " taken over wholly; " + nodes
                + " nodes, " + taken + " taken over");
    }
}
