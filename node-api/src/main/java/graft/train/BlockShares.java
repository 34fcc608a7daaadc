package graft.train;

import graft.node.Problem;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Shares of single blocks of a model, from a text such as {@code down_blocks.1=0.3, mid=0.5}: the longest path that a module's
 * begins with counts.
 *
 * @param byPath block's path to share
 */
public record BlockShares(Map<String, Double> byPath) {

    /** @throws Problem quoting the piece that is no path and number */
    public static BlockShares parse(String text) {
        Map<String, Double> shares = new LinkedHashMap<>();
        for (String piece : text.split(",", -1)) {
            if (piece.isBlank()) {
                continue;
            }
            if (!piece.strip().matches("[A-Za-z0-9_.]+\\s*=\\s*-?(\\d{1,4}(\\.\\d*)?|\\.\\d+)")) {
                throw new Problem(
                        "cannot read the shares of blocks",
                        "\"" + piece.strip() + "\" is not a block and its share",
                        "write it like down_blocks.1=0.3, mid=0.5, up_blocks=1");
            }
            String[] sides = piece.split("=", -1);
            shares.put(BlockRanks.whole(sides[0].strip()), Double.parseDouble(sides[1].strip()));
        }
        return new BlockShares(shares);
    }

    /**
     * The share of a weight.
     *
     * @param path of the weight or its module
     * @param usual of what lies in no block that is named
     */
    public double of(String path, double usual) {
        return byPath.entrySet().stream()
                .filter(block -> BlockRanks.contains(block.getKey(), path))
                .max(Comparator.comparingInt(block -> block.getKey().length()))
                .map(Map.Entry::getValue)
                .orElse(usual);
    }

    /** @throws Problem naming a block that no weight lies in */
    public void checkKnown(Collection<String> paths) {
        for (String block : byPath.keySet()) {
            if (paths.stream().noneMatch(path -> BlockRanks.contains(block, path))) {
                throw new Problem(
                        "cannot give the block " + block + " a share",
                        "the models have no block of that name",
                        "name blocks such as down_blocks.0, mid_block or up_blocks.3.attentions.1");
            }
        }
    }
}
