package graft.score;

import java.util.ArrayList;
import java.util.List;

/** One measure of several pictures, in their order: finite numbers, at least one. */
public record Values(List<Double> each) {

    public Values {
        each = List.copyOf(each);
        if (each.isEmpty() || !each.stream().allMatch(Double::isFinite)) {
            throw new IllegalArgumentException("not finite numbers: " + each);
        }
    }

    public double mean() {
        return each.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /** The standard deviation of a sample (over n − 1); 0 for a single value. */
    public double deviation() {
        double mean = mean();
        double squares = each.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        return each.size() < 2 ? 0 : Math.sqrt(squares / (each.size() - 1));
    }

    /** How far the mean of other pictures of the same kind is likely to lie from this one: deviation / √n. */
    public double standardError() {
        return deviation() / Math.sqrt(each.size());
    }

    /**
     * Place by place this less the other.
     *
     * @throws IllegalArgumentException when there are not as many
     */
    public Values minus(Values other) {
        if (other.each.size() != each.size()) {
            throw new IllegalArgumentException(each.size() + " values and " + other.each.size());
        }
        List<Double> differences = new ArrayList<>();
        for (int i = 0; i < each.size(); i++) {
            differences.add(each.get(i) - other.each.get(i));
        }
        return new Values(differences);
    }

    /** Place by place the mean of several that are equally long. */
    public static Values meanOf(List<Values> several) {
        List<Double> means = new ArrayList<>();
        for (int i = 0; i < several.get(0).each.size(); i++) {
            int place = i;
            means.add(several.stream()
                    .mapToDouble(values -> values.each.get(place))
                    .average()
                    .orElseThrow());
        }
        return new Values(means);
    }
}
