package graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Brackets and weights of prompts, as ComfyUI and A1111 read them. */
class WeightedTextTest {

    private static String read(String prompt, Weighting weighting) {
        StringBuilder all = new StringBuilder();
        for (WeightedText part : WeightedText.of(prompt, weighting)) {
            all.append('<')
                    .append(part.text())
                    .append('=')
                    .append(Math.round(part.weight() * 1000) / 1000.0)
                    .append('>');
        }
        return all.toString();
    }

    /** The first ones are the examples that ComfyUI's own source gives. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "(foo)|<foo=1.1>",
                "(foo)(bar)|<foo=1.1><bar=1.1>",
                "(foo:2.0)|<foo=2.0>",
                "((foo))|<foo=1.21>",
                "((foo):1.1)|<foo=1.21>",
                "((foo:1.1))|<foo=1.1>",
                "(foo:0.0)|<foo=0.0>",
                "((foo:1.0):0.0)|<foo=1.0>",
                "foo ((((lol (cat:666) attack:100)))) baz|<foo =1.0><lol =100.0><cat=666.0>< attack=100.0>< baz=1.0>",
                "foo ((((lol (cat:666) attack):100))) baz|<foo =1.0><lol =110.0><cat=666.0>< attack=110.0>< baz=1.0>",
                "(foo(bar)(test1))(test2(test3))|<foo=1.1><bar=1.21><test1=1.21><test2=1.1><test3=1.21>",
                "a \\(b\\) (c\\):2)|<a (b) =1.0><c)=2.0>",
                "a) (b:2) c|<a) (b:2) c=1.0>",
                "a)( (b:2)|<a)( =1.0><b=2.0>",
                "((red apple|<((red apple=1.0>",
                "((red)|<(red=1.1>",
                "(a (b:1.2)|<a =1.2><(b=1.2>",
                "()|``",
                "(:2)|<:2=1.1>",
                "(a: +1_0.5e-1 )|<a=1.05>",
                "(a:１.５)|<a=1.5>",
                "(a:1.5.1)|<a:1.5.1=1.1>",
                "(a:b:2)|<a:b=2.0>",
                "(a:0x10)|<a:0x10=1.1>",
                "(a:1f)|<a:1f=1.1>",
                "[a] {b}|<[a] {b}=1.0>",
            })
    void comfyUi(String prompt, String parts) {
        assertThat(read(prompt, Weighting.COMFYUI)).isEqualTo(parts);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "normal text|<normal text=1.0>",
                "an (important) word|<an =1.0><important=1.1>< word=1.0>",
                "(unbalanced|<unbalanced=1.1>",
                "\\(literal\\]|<(literal]=1.0>",
                "(unnecessary)(parens)|<unnecessaryparens=1.1>",
                "a (((house:1.3)) [on] a (hill:0.5), sun, (((sky)))."
                        + "|<a =1.0><house=1.573>< =1.1><on=1.0>< a =1.1><hill=0.55><, sun, =1.1><sky=1.464><.=1.1>",
                "[a]|<a=0.909>",
                "[a (b] c)|<a =0.909><b=1.0>< c=1.1>",
                "a) b]|<a) b]=1.0>",
                "a:1.2)|<a:1.2)=1.0>",
                "x BREAK y|<x=1.0><BREAK=-1.0><y=1.0>",
                "(x BREAK y)|<x=1.1><BREAK=-1.1><y=1.1>",
                "xBREAK BREAKy|<xBREAK BREAKy=1.0>",
                "a \\\\ b \\c|<a \\ b c=1.0>",
            })
    void a1111(String prompt, String parts) {
        assertThat(read(prompt, Weighting.A1111)).isEqualTo(parts);
    }

    @Test
    void plainIsAsItStands() {
        assertThat(read("a (b:1.2) [c]", Weighting.PLAIN)).isEqualTo("<a (b:1.2) [c]=1.0>");
        assertThat(WeightedText.words("a (b:1.2) c", Weighting.COMFYUI)).isEqualTo("a b c");
    }

    @Test
    void deepAndLongPromptsTakeNoLongerThanTheirLength() {
        int deep = 400_000;
        List<String> prompts = List.of(
                "(".repeat(deep) + "a" + ")".repeat(deep),
                "(".repeat(deep),
                ")".repeat(deep),
                "(a:".repeat(deep) + ")".repeat(deep),
                "((a:1.0)".repeat(deep / 8),
                "(".repeat(deep) + "a:" + "1".repeat(deep) + ")",
                ":  ".repeat(deep),
                "[(".repeat(deep) + "a" + ")]".repeat(deep),
                "BREAK ".repeat(deep / 6),
                " ".repeat(deep) + "BREAK");
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (String prompt : prompts) {
                WeightedText.of(prompt, Weighting.COMFYUI);
                WeightedText.of(prompt, Weighting.A1111);
            }
        });
    }

    @Provide
    Arbitrary<String> prompts() {
        return Arbitraries.of(
                        "(", ")", "[", "]", "\\", ":", "1.2", "-0.5", ".", "a", "b ", "BREAK", " ", "é", "😀", ",")
                .list()
                .ofMaxSize(25)
                .map(parts -> String.join("", parts));
    }

    /** The same by recursion, as ComfyUI has it: a text is parted at its outermost brackets, and each group again. */
    private static List<WeightedText> byRecursion(String text, double weight) {
        List<WeightedText> all = new ArrayList<>();
        for (String item : outermost(text)) {
            boolean isGroup = item.length() >= 2 && item.startsWith("(") && item.endsWith(")");
            if (!isGroup) {
                all.add(new WeightedText(item.replace("\0\1", ")").replace("\0\2", "("), weight));
                continue;
            }
            String inner = item.substring(1, item.length() - 1);
            double own = weight * 1.1;
            int colon = inner.lastIndexOf(':');
            if (colon > 0 && inner.substring(colon + 1).strip().matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)")) {
                own = Double.parseDouble(inner.substring(colon + 1).strip());
                inner = inner.substring(0, colon);
            }
            all.addAll(byRecursion(inner, own));
        }
        return all;
    }

    private static List<String> outermost(String text) {
        List<String> items = new ArrayList<>();
        StringBuilder item = new StringBuilder();
        int level = 0;
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter == '(' && level++ == 0 && item.length() > 0) {
                items.add(item.toString());
                item.setLength(0);
            }
            item.append(letter);
            if (letter == ')' && --level == 0) {
                items.add(item.toString());
                item.setLength(0);
            }
        }
        if (item.length() > 0) {
            items.add(item.toString());
        }
        return items;
    }

    @Property(tries = 3000)
    void isWhatReadingByRecursionGives(@ForAll("prompts") String prompt) {
        String escaped = prompt.replace("\\)", "\0\1").replace("\\(", "\0\2");
        assertThat(WeightedText.of(prompt, Weighting.COMFYUI)).isEqualTo(byRecursion(escaped, 1));
    }

    @Property(tries = 2000)
    void noLetterIsLostButBracketsWeightsAndEscapes(@ForAll("prompts") String prompt) {
        String words = WeightedText.words(prompt, Weighting.A1111).replaceAll("[^abé😀]", "");
        assertThat(words).isEqualTo(prompt.replaceAll("[^abé😀]", ""));
    }

    @Test
    void weightsMultiplyInsideA1111Brackets() {
        assertThat(WeightedText.of("((a:1.5):2)", Weighting.A1111).get(0).weight())
                .isCloseTo(3, within(1e-12));
    }
}
