package graft.app.plugin.author;

import graft.app.plugin.PluginInspection;
import graft.file.AtomicFile;
import graft.file.FileFault;
import graft.node.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.CertPath;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipFile;
import javax.naming.ldap.Rdn;
import jdk.security.jarsigner.JarSigner;
import jdk.security.jarsigner.JarSignerException;

/** The key with which an author signs archives, out of a key store of Java's (PKCS #12), and its certificate. */
public final class SigningKey {

    /** What a key store of PKCS #12 asks of Java's keytool. */
    public static final int LEAST_PASSWORD = 6;

    private static final String ALIAS = "graft";
    private static final String DAYS = "3650";
    private static final String PASSWORD_VARIABLE = "GRAFT_NEW_STORE";

    private final PrivateKey key;
    private final CertPath chain;

    private SigningKey(PrivateKey key, CertPath chain) {
        this.key = key;
        this.chain = chain;
    }

    /**
     * Makes a key store with one key, ECDSA on the curve P-256, and a certificate for it that the key signs itself, good for ten
     * years.
     *
     * @param store the new file
     * @param name of the author, as users of the plugins will read it
     * @param password of {@link #LEAST_PASSWORD} characters at least
     * @throws Problem when the file is there, the password is too short or the JDK has no keytool
     */
    public static void create(Path store, String name, char[] password) {
        if (Files.exists(store)) {
            throw new Problem(
                    "cannot make the key store " + store,
                    "it is there already, and a key that is gone cannot be made again",
                    "choose another name, or sign with the one that is there");
        }
        if (password.length < LEAST_PASSWORD) {
            throw new Problem(
                    "cannot make the key store " + store,
                    "its password is shorter than " + LEAST_PASSWORD + " characters",
                    "choose a longer one");
        }
        ProcessBuilder keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-sigalg",
                        "SHA256withECDSA",
                        "-validity",
                        DAYS,
                        "-dname",
                        "CN=" + Rdn.escapeValue(name),
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toAbsolutePath().toString(),
                        "-storepass:env",
                        PASSWORD_VARIABLE)
                .redirectErrorStream(true);
        keytool.environment().put(PASSWORD_VARIABLE, new String(password));
        try {
            Process made = keytool.start();
            made.getOutputStream().close();
            String said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (made.waitFor() != 0) {
                throw new Problem("cannot make the key store " + store, "Java's keytool says: " + said, "mend that");
            }
        } catch (IOException e) {
            throw new Problem(
                            "cannot make the key store " + store,
                            "Java's keytool does not start (" + FileFault.why(e) + ")",
                            "install a JDK 17 or newer and point JAVA_HOME at it")
                    .causedBy(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem("cannot make the key store " + store, "it was interrupted", "make it again");
        }
    }

    /**
     * Takes a key out of a key store.
     *
     * @param alias of the key; empty for the only one
     * @param password of the store and of the key
     * @throws Problem when the store cannot be read, the password is wrong or there is no such key
     */
    public static SigningKey open(Path store, Optional<String> alias, char[] password) {
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, password);
            }
            String chosen = alias(store, keys, alias);
            if (!(keys.getKey(chosen, password) instanceof PrivateKey key)) {
                throw new Problem(
                        "cannot sign with " + store,
                        "\"" + chosen + "\" in it is no key but a certificate",
                        "name another with " + store + ":ALIAS");
            }
            List<Certificate> certificates = List.of(keys.getCertificateChain(chosen));
            return new SigningKey(key, CertificateFactory.getInstance("X.509").generateCertPath(certificates));
        } catch (NoSuchFileException e) {
            throw new Problem(
                            "cannot sign with " + store,
                            "there is no such file",
                            "make a key store with `graft plugins key FILE`")
                    .causedBy(e);
        } catch (IOException e) {
            boolean wrong = e.getCause() instanceof UnrecoverableKeyException;
            throw new Problem(
                            "cannot sign with " + store,
                            wrong
                                    ? "the password is not the key store's"
                                    : "it is no key store of PKCS #12 (" + FileFault.why(e) + ")",
                            wrong ? "give the right one" : "make one with `graft plugins key FILE`")
                    .causedBy(e);
        } catch (GeneralSecurityException e) {
            throw new Problem("cannot sign with " + store, FileFault.why(e), "make a key with `graft plugins key FILE`")
                    .causedBy(e);
        }
    }

    private static String alias(Path store, KeyStore keys, Optional<String> wanted) throws GeneralSecurityException {
        List<String> aliases = new ArrayList<>(Collections.list(keys.aliases()));
        if (wanted.isPresent() ? !keys.containsAlias(wanted.get()) : aliases.size() != 1) {
            throw new Problem(
                    "cannot sign with " + store,
                    (wanted.isPresent() ? "there is no key \"" + wanted.get() + "\" in it; " : "")
                            + (aliases.isEmpty() ? "it is empty" : "its keys are " + String.join(", ", aliases)),
                    aliases.isEmpty()
                            ? "make a key with `graft plugins key FILE`"
                            : "name one with " + store + ":ALIAS");
        }
        return wanted.orElseGet(() -> aliases.get(0));
    }

    /**
     * Signs an archive in place, by SHA-256 or stronger, and looks at it anew.
     *
     * @throws Problem when it is signed already, or cannot be written
     */
    public PluginInspection sign(PluginInspection archive) {
        Path file = archive.archive();
        archive.signer().ifPresent(signer -> {
            throw new Problem(
                    "cannot sign " + file.getFileName(),
                    "it is signed already, by " + signer,
                    "build it anew and sign that");
        });
        JarSigner signer;
        try {
            signer = new JarSigner.Builder(key, chain).signerName("GRAFT").build();
        } catch (NoClassDefFoundError noJdk) {
            throw new Problem(
                            "cannot sign " + file.getFileName(),
                            "this Java has no jarsigner",
                            "install a JDK 17 or newer and point JAVA_HOME at it")
                    .causedBy(noJdk);
        }
        AtomicFile.write(file, out -> {
            Path signed = Files.createTempFile("graft-signed", ".jar"); // the signer closes what it writes to
            try (ZipFile unsigned = new ZipFile(file.toFile())) {
                signer.sign(unsigned, Files.newOutputStream(signed));
                Files.copy(signed, out);
            } catch (JarSignerException e) {
                throw new IOException(e);
            } finally {
                Files.delete(signed);
            }
        });
        return PluginInspection.of(file);
    }
}
