package graft.app.command;

import graft.app.plugin.author.SigningKey;
import graft.file.FileFault;
import graft.node.Problem;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a key store's password comes from: a file, an environment variable or the person at the terminal, never the command line. */
final class Signing {

    @Option(
            names = "--password-env",
            paramLabel = "NAME",
            description = "The environment variable that holds the key store's password.")
    private String variable;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "The file whose first line is the key store's password. Without either it is asked.")
    private Path file;

    /** The key of {@code KEYSTORE[:ALIAS]}. */
    SigningKey key(String named) {
        int colon = named.lastIndexOf(':');
        boolean aliased = colon > 0
                && !Files.exists(Path.of(named))
                && named.indexOf('/', colon) < 0
                && named.indexOf('\\', colon) < 0;
        Path store = Path.of(aliased ? named.substring(0, colon) : named);
        return SigningKey.open(
                store,
                aliased ? Optional.of(named.substring(colon + 1)) : Optional.empty(),
                password("Password of " + store, false));
    }

    /** @param twice as of one that is new, which nobody could mend */
    char[] password(String prompt, boolean twice) {
        if (file != null) {
            try {
                return Files.readString(file).lines().findFirst().orElse("").toCharArray();
            } catch (IOException e) {
                throw FileFault.reading(file, e);
            }
        }
        if (variable != null) {
            String value = System.getenv(variable);
            if (value == null) {
                throw new Problem(
                        "there is no password",
                        "the environment variable " + variable + " is not set",
                        "set it, or leave --password-env out to be asked");
            }
            return value.toCharArray();
        }
        Console console = Terminal.detect().interactive() ? System.console() : null;
        if (console == null) {
            throw new Problem(
                    "there is no password",
                    "nobody is there to be asked",
                    "name an environment variable with --password-env, or a file with --password-file");
        }
        char[] given = console.readPassword("%s: ", prompt);
        if (given == null) {
            throw new Problem("there is no password", "none was given", "try again");
        }
        if (twice && !Arrays.equals(given, console.readPassword("Once more: "))) {
            throw new Problem("there is no password", "the two are not the same", "try again");
        }
        return given;
    }
}
