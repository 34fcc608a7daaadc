package graft.app.plugin.author;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graft.app.plugin.PluginInspection;
import graft.app.plugin.TestPlugin;
import graft.node.Problem;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that authors make, what is signed with them, and what is said of signatures that are weak or out of date. */
class SigningKeyTest {

    private static final char[] PASSWORD = "secret word".toCharArray();

    @TempDir
    private static Path keys;

    @TempDir
    private Path folder;

    private static Path store;

    @BeforeAll
    static void makeAKey() {
        store = keys.resolve("mine.p12");
        SigningKey.create(store, "Mia, of \"Colours\" + Co", PASSWORD);
    }

    private PluginInspection archive(String version) throws Exception {
        return PluginInspection.of(TestPlugin.of("colours", version)
                .entry("colours.txt", "red".getBytes(StandardCharsets.UTF_8))
                .build(folder.resolve("colours-" + version + ".jar")));
    }

    @Test
    void whatIsSignedIsSignedByItsAuthorAndByNobodyElseAgain() throws Exception {
        PluginInspection unsigned = archive("1.0.0");
        assertThat(unsigned.signer()).isEmpty();
        PluginInspection signed =
                SigningKey.open(store, Optional.empty(), PASSWORD).sign(unsigned);
        assertThat(signed.signer().orElseThrow().name()).contains("Mia").contains("Colours");
        assertThat(signed.doubts()).isEmpty();
        assertThat(signed.sha512()).isNotEqualTo(unsigned.sha512());
        assertThatThrownBy(() ->
                        SigningKey.open(store, Optional.of("graft"), PASSWORD).sign(signed))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("it is signed already, by CN=");
    }

    @Test
    void aKeyThatCannotBeHadIsSaidInOneSentence() {
        assertThatThrownBy(() -> SigningKey.create(store, "Mia", PASSWORD))
                .hasMessageContaining("it is there already, and a key that is gone cannot be made again");
        assertThatThrownBy(() -> SigningKey.create(folder.resolve("new.p12"), "Mia", "short".toCharArray()))
                .hasMessageContaining("its password is shorter than 6 characters");
        assertThatThrownBy(() -> SigningKey.open(store, Optional.empty(), "another".toCharArray()))
                .hasMessageContaining("the password is not the key store's; give the right one.");
        assertThatThrownBy(() -> SigningKey.open(store, Optional.of("other"), PASSWORD))
                .hasMessageContaining("there is no key \"other\" in it; its keys are graft");
        assertThatThrownBy(() -> SigningKey.open(folder.resolve("none.p12"), Optional.empty(), PASSWORD))
                .hasMessageContaining("there is no such file; make a key store with `graft plugins key FILE`.");
        assertThatThrownBy(() -> {
                    Path text = Files.writeString(folder.resolve("text.p12"), "no key store");
                    SigningKey.open(text, Optional.empty(), PASSWORD);
                })
                .hasMessageContaining("it is no key store of PKCS #12");
    }

    @Test
    void aRepositoryTakesNoReleaseOfAnotherSigner() throws Exception {
        Path shop = folder.resolve("shop");
        SigningKey key = SigningKey.open(store, Optional.empty(), PASSWORD);
        Offering.add(key.sign(archive("1.0.0")), shop);
        PluginInspection unsigned = archive("1.1.0");
        assertThatThrownBy(() -> Offering.add(unsigned, shop))
                .hasMessageContaining("colours 1.0.0 there is signed by CN=")
                .hasMessageContaining("and this one by nobody");
        Offering.add(key.sign(unsigned), shop);
        assertThat(shop.resolve("plugins.json")).content().contains("1.1.0");
    }

    /**
     * An archive that was signed with Java's own tools, as somebody does who follows an old page on the web: {@code keytool
     * -genkeypair -dname CN=Old} with {@code -keyalg RSA -keysize 1024 -startdate 2020/01/02 -validity 30}, {@code -keyalg DSA
     * -startdate 2090/01/02} and {@code -keyalg RSA -keysize 2048}, then {@code jarsigner}, the last with {@code -digestalg SHA-1
     * -sigalg SHA1withRSA}.
     */
    private PluginInspection signed(String name) throws Exception {
        Path archive = folder.resolve(name);
        try (InputStream in = SigningKeyTest.class.getResourceAsStream(name)) {
            Files.copy(in, archive);
        }
        return PluginInspection.of(archive);
    }

    @Test
    void aSignatureThatIsWeakOrOutOfDateIsCalledSo() throws Exception {
        assertThat(signed("signed-expired-rsa-1024.jar").doubts())
                .containsExactly(
                        "the certificate of its signer expired on 2020-02-01",
                        "the key of its signer is RSA of 1024 bits, and less than 2048 can be broken");
        assertThat(signed("signed-future-dsa.jar").doubts())
                .containsExactly(
                        "the certificate of its signer is not valid before 2090-01-02",
                        "the key of its signer is DSA, which is no longer held to be safe");
    }

    /** Java takes no notice of it at all. */
    @Test
    void aSignatureBySha1IsRefusedByItsName() {
        assertThatThrownBy(() -> signed("signed-sha1.jar"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("its signature is by SHA-1, which can be forged, so that it counts for nothing");
    }
}
