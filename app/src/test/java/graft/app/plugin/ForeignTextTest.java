package graft.app.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids, versions and ranges of strangers: what passes the gate can be used, and nothing else passes. */
class ForeignTextTest {

    // --- ids

    @ParameterizedTest
    @ValueSource(strings = {"colours", "my-colours", "a.b-c.d9", "0"})
    void anIdIsWordsWithDotsOrHyphensBetween(String id) {
        assertThat(ForeignText.id("its id", id)).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "../../target/landed",
                "a/b",
                "a\\b",
                ".a",
                "a.",
                "a..b",
                "a.-b",
                "A",
                "a b",
                "a\n",
                "\u0000",
                "\u0430", // a Cyrillic letter that looks like a
                "a\u202eb",
                "a%2fb",
                "a\u2028",
                "\uff41b",
                "a\ud83d\ude00",
                "\u0131" // a Turkish i without its dot
            })
    void noOtherTextIsAnId(String id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ForeignText.id("its id", id))
                .withMessageStartingWith("its id \"");
    }

    @Test
    void anIdOfAMillionLettersIsRefusedAndNotRepeated() {
        for (String unit : new String[] {"a", "a-", "a."}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ForeignText.id("its id", unit.repeat(1_000_000) + "a"))
                    .satisfies(refusal -> assertThat(refusal.getMessage()).hasSizeLessThan(200));
        }
    }

    @Property
    void whateverIsTakenForAnIdStaysInItsFolder(@ForAll("nearlyIds") String id) {
        String taken;
        try {
            taken = ForeignText.id("its id", id);
        } catch (IllegalArgumentException refused) {
            return;
        }
        Path folder = Path.of("/store");
        assertThat(folder.resolve(taken + "-1.0.0.jar").normalize().getParent()).isEqualTo(folder);
    }

    @Provide
    Arbitrary<String> nearlyIds() {
        return Arbitraries.strings().withChars("az09.-/\\A \n").ofMaxLength(12);
    }

    // --- versions

    @ParameterizedTest
    @ValueSource(
            strings = {"1.2.3", "0.0.0", "1.0.0-alpha.1", "1.0.0-0a", "1.0.0+build.007", "1.0.0-rc.1+5", "999999999.0.0"
            })
    void aVersionIsOneOfSemver(String version) {
        assertThat(ForeignText.version("its version", version)).isEqualTo(version);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2",
                "1.2.3.4",
                "01.0.0",
                "1.0.0-",
                "1.0.0-01",
                "1.0.0-a..b",
                "1.0.0+",
                "1.0.0-99999999999",
                "1000000000.0.0",
                "1.0.0-ä",
                "٣.0.0",
                "1.0.0\n",
                " 1.0.0",
                "1.0.0+a+b",
                "1.-1.0",
                "1.0.0-\u200b",
                "0x1.0.0",
                "1.0.0-1e9.",
                "v1.0.0",
                "-1.0.0"
            })
    void noOtherTextIsAVersion(String version) {
        assertThatIllegalArgumentException().isThrownBy(() -> ForeignText.version("its version", version));
    }

    @Property
    void versionsThatPassCanBeComparedAndMatched(
            @ForAll("nearlyVersions") String a, @ForAll("nearlyVersions") String b) {
        try {
            ForeignText.version("a", a);
            ForeignText.version("b", b);
        } catch (IllegalArgumentException refused) {
            return;
        }
        assertThat(PluginManifest.later(a, b) && PluginManifest.later(b, a)).isFalse();
        assertThat(PluginManifest.matches(a, "*")).isTrue();
        PluginManifest.matches(a, ">=1.0.0 & <2.0.0");
    }

    @Provide
    Arbitrary<String> nearlyVersions() {
        Arbitrary<String> number = Arbitraries.of("0", "1", "2", "10", "01", "999999999", "9999999999", "a", "");
        Arbitrary<String> tail = Arbitraries.of(
                "", "-a", "-1", "-a.1", "-a..1", "-01", "-99999999999", "-x-y", "+b", "+001", "-rc+b", "+", "-");
        return Combinators.combine(number, number, number, tail).as((x, y, z, t) -> x + "." + y + "." + z + t);
    }

    // --- ranges

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "",
                ">=0.1.0",
                "1.0.0 || 2.0.0",
                ">=1.0.0 && <2.0.0",
                ">=0.1.0 & <0.2.0",
                "~1.2",
                "^1.0.0",
                "(>1.0.0 & <2.0.0) | 3.x",
                "1.0.0 - 2.0.0"
            })
    void aRangeIsOneThatTheLibraryUnderstands(String range) {
        assertThat(ForeignText.range("its requires", range)).isEqualTo(range);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "latest",
                "any",
                "()",
                "!()",
                "!",
                "!1.0.0",
                "!!(1.0.0)",
                "(1.0.0",
                ">=1.0.0 & (((<2",
                "(((<2.0.0))",
                "1.0.0)",
                ")1.0.0(",
                "&",
                "|",
                "1.0.0 &",
                "& 1.0.0",
                "1.0.0 | | 2.0.0",
                "1.0.0, 2.0.0",
                "[1.0.0,2.0.0)",
                ">",
                "~",
                "^",
                "-",
                "1.0.0 -",
                "- 1.0.0",
                "1.0.0 - 2.0.0 - 3.0.0",
                ">=<1.0.0",
                "=>1.0.0",
                ">=>=1.0.0",
                "~^1.0.0",
                "^*",
                "~*",
                ">=1.x",
                "1.*.2",
                "*.1.0",
                "x.1",
                "**",
                "1.0.0.0",
                "01.0.0",
                "99999999999999999999",
                ">=1.0.0-99999999999",
                "-1.0.0",
                "1e9.0.0",
                "0x1.0.0",
                "\u22651.0.0", // one sign for "at least"
                "\uff1e1.0.0", // a wide ">"
                "\u0663.0.0", // an Arabic three
                ">=1.0.0\n& <2.0.0",
                ">=1.0.0\t",
                ">=1.0.0\u0000",
                ">=1.0.0\u00a0& <2.0.0",
                "\u202e>=1.0.0",
                "$(id)",
                "`id`",
                "1.0.0; id",
                "../1.0.0",
                "%s",
                "<html>1.0.0"
            })
    void noOtherTextIsARange(String range) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ForeignText.range("its requires", range))
                .withMessageStartingWith("its requires \"")
                .withMessageEndingWith("is no range of versions such as >=0.1.0 & <0.2.0");
    }

    @Test
    void aRangeOfManyPartsIsRefusedAtOnce() {
        for (String unit : new String[] {
            "1.0.0 | ", "1.0.0&", "!(", "(", "!", ")", "x.", " ", "1", "1.0.0-a.", ">=", "(1)&", "1.0.0 - "
        }) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ForeignText.range("its requires", unit.repeat(300_000) + "1.0.0"))
                    .satisfies(refusal -> assertThat(refusal.getMessage()).hasSizeLessThan(200));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ">=999999999.0.0",
                ">=2147483648.0.0",
                ">9007199254740993.0.0",
                "^999999999.999999999.999999999",
                "~999999999.999999999",
                "999999999.x",
                "<=999999999",
                "!(^0.0.0)"
            })
    void rangesAtTheEndOfTheNumbersAreMatchedAsTheyAreWritten(String range) {
        assertThat(ForeignText.range("its requires", range)).isEqualTo(range);
        assertThat(PluginManifest.matches("1.2.3", range)).isEqualTo(range.startsWith("<=") || range.startsWith("!"));
    }

    @Test
    void aRangeOfDeepBracketsIsRefusedAtOnce() {
        for (int deep : new int[] {6, 60, 10_000, 1_000_000}) {
            String range = "(".repeat(deep) + ">=1.0.0" + ")".repeat(deep);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ForeignText.range("its requires", range))
                    .satisfies(refusal -> assertThat(refusal.getMessage()).hasSizeLessThan(200));
        }
        assertThat(ForeignText.range("its requires", "(((((>=1.0.0)))))")).isNotEmpty();
    }

    @Property
    void everyRangeIsAnsweredAndWhatPassesCanBeAsked(@ForAll("nearlyRanges") String range) {
        try {
            ForeignText.range("its requires", range);
        } catch (IllegalArgumentException refused) {
            return;
        }
        PluginManifest.matches("1.2.3", range);
        PluginManifest.matches("0.0.1-rc.1", range);
    }

    @Provide
    Arbitrary<String> nearlyRanges() {
        return Arbitraries.strings().withChars("()|&!<>=~^*.x- 019a").ofMaxLength(220);
    }

    @Test
    void anArchivesNameLeadsNowhere() {
        assertThat(ForeignText.fileName("an archive", "colours-1.0.0-0123abcd.jar"))
                .isNotEmpty();
        for (String bad : new String[] {"../x.jar", "a/b.jar", "a\\b.jar", "", ".", "..", "x\u0000.jar"}) {
            assertThatThrownBy(() -> ForeignText.fileName("an archive", bad))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
