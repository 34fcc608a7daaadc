package graft.train;

import graft.node.Problem;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Ranks of single blocks of a model, from a text such as {@code down_blocks.1=8, mid=4, up_blocks=16}: the longest path
 * that a module's begins with counts; 0 leaves a block out.
 *
 * @param byPath block's path to rank
 */
public record BlockRanks(Map<String, Integer> byPath) {

    /** No block has a rank of its own. */
    public static final BlockRanks NONE = new BlockRanks(Map.of());

    /** @throws Problem quoting the piece that is no path and rank */
    public static BlockRanks parse(String text) {
        Map<String, Integer> ranks = new LinkedHashMap<>();
        for (String piece : text.split(",", -1)) {
            if (piece.isBlank()) {
                continue;
            }
            if (!piece.strip().matches("[A-Za-z0-9_.]+\\s*=\\s*\\d{1,4}")) {
                throw new Problem(
                        "cannot read the ranks of blocks",
                        "\"" + piece.strip() + "\" is not a block and its rank",
                        "write it like down_blocks.1=8, mid=4, up_blocks=16");
            }
            String[] sides = piece.split("=", -1);
            ranks.put(whole(sides[0].strip()), Integer.parseInt(sides[1].strip()));
        }
        return new BlockRanks(ranks);
    }

    /** down, mid, up and text are short for what a checkpoint calls them. */
    static String whole(String path) {
        return path.replaceFirst("^(down|up)(?=\\.|$)", "$1_blocks")
                .replaceFirst("^mid(?=\\.|$)", "mid_block")
                .replaceFirst("^text(?=\\.|$)", "text_model");
    }

    OptionalInt of(String modulePath) {
        return byPath.entrySet().stream()
                .filter(block -> contains(block.getKey(), modulePath))
                .max(java.util.Comparator.comparingInt(block -> block.getKey().length()))
                .map(block -> OptionalInt.of(block.getValue()))
                .orElseGet(OptionalInt::empty);
    }

    /** @throws Problem naming a block that no module lies in */
    void checkKnown(Collection<String> modulePaths) {
        for (String block : byPath.keySet()) {
            if (modulePaths.stream().noneMatch(module -> contains(block, module))) {
                throw new Problem(
                        "cannot give the block " + block + " a rank",
                        "no layer that learns lies in a block of that name",
                        "name blocks such as down_blocks.0, mid_block or up_blocks.3.attentions.1");
            }
        }
    }

    static boolean contains(String block, String module) {
        return module.equals(block) || module.startsWith(block + ".");
    }
}
