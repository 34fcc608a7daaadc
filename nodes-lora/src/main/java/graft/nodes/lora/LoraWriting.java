package graft.nodes.lora;

import graft.adapter.AdapterFormat;
import graft.adapter.Lora;
import graft.adapter.LoraFile;
import graft.adapter.LoraFormat;
import graft.file.FileName;
import graft.file.Location;
import graft.file.Rescue;
import graft.file.SafeTensors.DType;
import graft.node.Run;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How nodes write a LoRA's file. */
final class LoraWriting {

    static final String ENDING = ".safetensors";

    private LoraWriting() {}

    /** The file's name without its ending; a LoRA's own name may be none that a file can have. */
    static String stem(String name) {
        return FileName.near(name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name);
    }

    /**
     * Writes a new file and tells of it; where that cannot be, elsewhere, so that what was learnt is not lost.
     *
     * @param folder where to; blank for the folder of the run
     * @param said what its metadata say in place of what the LoRA's do
     */
    static void write(
            Run run,
            Lora lora,
            String folder,
            String stem,
            AdapterFormat format,
            DType dtype,
            Map<String, String> said) {
        Path target = folder.isBlank() ? run.folder() : Location.of(folder, "folder", "a folder to write to");
        Rescue.write(
                run,
                target,
                (into, asAsked) -> List.of(write(
                        run,
                        lora,
                        FileName.free(into, stem, ENDING),
                        asAsked ? format : LoraFormat.KOHYA,
                        asAsked ? dtype : DType.F32,
                        said)));
    }

    /** Writes a file that is not there yet, as asked or not at all, and tells of it. */
    static Path write(Run run, Lora lora, Path file, AdapterFormat format, DType dtype, Map<String, String> said) {
        String stem = stem(file.getFileName().toString());
        Map<String, String> metadata = new HashMap<>(said);
        metadata.put("ss_output_name", stem);
        metadata.put("modelspec.title", stem);
        LoraFile.write(file, lora, format, dtype, metadata);
        run.wrote(file);
        run.log(String.format(
                Locale.ROOT,
                "Wrote %s (%.1f KB).",
                file.getFileName(),
                file.toFile().length() / 1024.0));
        return file;
    }
}
