package graft.adapter;

import graft.file.SafeTensors;
import graft.file.SafeTensors.DType;
import graft.file.SafeTensors.Tensor;
import graft.node.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Embeddings as {@code .safetensors}: kohya's {@code emb_params}, or diffusers' one tensor under any name. */
public final class EmbeddingFile {

    private static final String KOHYA = "emb_params";

    private EmbeddingFile() {}

    /**
     * Reads the vectors; the word is the file's name without its ending.
     *
     * @throws Problem naming the file when it is not one or is damaged
     */
    public static Embedding read(Path file) {
        String name = file.getFileName().toString();
        if (!name.endsWith(".safetensors")) {
            throw new Problem(
                    "cannot read the embedding " + file,
                    "only .safetensors files are read so far",
                    "save it as .safetensors, for example by loading it in kohya's or A1111's converter");
        }
        try (SafeTensors tensors = SafeTensors.open(file)) {
            String key = tensors.names().contains(KOHYA)
                    ? KOHYA
                    : tensors.names().size() == 1 ? tensors.names().iterator().next() : "";
            long[] shape = key.isEmpty() ? new long[0] : tensors.entry(key).shape();
            if (shape.length < 1 || shape.length > 2 || shape[shape.length - 1] == 0 || shape[0] == 0) {
                throw new Problem(
                        "cannot read the embedding " + file,
                        "it holds neither " + KOHYA + " nor one matrix of vectors",
                        "choose a textual-inversion embedding for Stable Diffusion 1.x or 2.x");
            }
            float[] all = tensors.floats(key);
            int width = (int) shape[shape.length - 1];
            List<float[]> vectors = new ArrayList<>();
            for (int from = 0; from < all.length; from += width) {
                vectors.add(Arrays.copyOfRange(all, from, from + width));
            }
            return Embedding.of(name.replaceFirst("\\.safetensors$", ""), vectors);
        }
    }

    /**
     * Writes {@code emb_params} [n,d] in float32, which ComfyUI, A1111 and diffusers read.
     *
     * @throws Problem naming the file when it cannot be written
     */
    public static void write(Path file, Embedding embedding) {
        SafeTensors.write(
                file,
                List.of(Tensor.of(
                        KOHYA,
                        DType.F32,
                        new long[] {embedding.vectors().size(), embedding.width()},
                        embedding.values())),
                Map.of("format", "pt", "modelspec.title", embedding.word()));
    }
}
