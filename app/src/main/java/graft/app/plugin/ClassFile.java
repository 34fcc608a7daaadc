package graft.app.plugin;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A class file, read without loading it: what it calls, and what an annotation on it says (JVM specification, chapter 4).
 *
 * <p>Calls are redirected in the constant pool alone: an entry there gets another owner, and no instruction changes.
 */
final class ClassFile {

    /** A static method or field, by the internal name of its owner, and the class that stands in for the owner. */
    record Redirect(String owner, String member, String descriptor, String instead) {}

    private static final int UTF8 = 1;
    private static final int CLASS = 7;
    private static final int STRING = 8;
    private static final int FIELD = 9;
    private static final int METHOD = 10;
    private static final int NAME_AND_TYPE = 12;

    /** Annotations within one another. */
    private static final int DEEPEST = 20;

    private final byte[] bytes;

    /** Where each entry of the constant pool begins, at its tag. */
    private final int[] entries;

    private final int poolEnd;

    /** @throws IllegalArgumentException when it is no class file */
    ClassFile(byte[] bytes) {
        this.bytes = bytes;
        if (bytes.length < 10 || u4(0) != 0xCAFEBABE) {
            throw new IllegalArgumentException("it is no class file");
        }
        try {
            entries = new int[u2(8)];
            int at = 10;
            for (int i = 1; i < entries.length; i++) {
                entries[i] = at;
                int tag = bytes[at];
                at += switch (tag) {
                    case UTF8 -> 3 + u2(at + 1);
                    case 3, 4, FIELD, METHOD, 11, NAME_AND_TYPE, 17, 18 -> 5;
                    case 5, 6 -> 9;
                    case CLASS, 8, 16, 19, 20 -> 3;
                    case 15 -> 4;
                    default -> throw new IllegalArgumentException("its constant pool holds a tag " + tag);
                };
                if (tag == 5 || tag == 6) {
                    i++; // these take two places
                }
            }
            poolEnd = at;
            for (int entry : entries) {
                checkEntry(entry);
            }
        } catch (IndexOutOfBoundsException cutOff) {
            throw new IllegalArgumentException("it ends too soon", cutOff);
        }
    }

    /** What one entry of the pool says of others has to be so: whoever asks later relies on it. */
    private void checkEntry(int entry) {
        switch (entry == 0 ? 0 : bytes[entry]) {
            case CLASS, STRING, 16, 19, 20 -> checkTag(u2(entry + 1), UTF8);
            case NAME_AND_TYPE -> {
                checkTag(u2(entry + 1), UTF8);
                checkTag(u2(entry + 3), UTF8);
            }
            case FIELD, METHOD, 11 -> {
                checkTag(u2(entry + 1), CLASS);
                checkTag(u2(entry + 3), NAME_AND_TYPE);
            }
            default -> {} // numbers and texts; what is called dynamically is the plugin's own
        }
    }

    private void checkTag(int index, int tag) {
        if (index == 0 || entries[index] == 0 || bytes[entries[index]] != tag) {
            throw new IllegalArgumentException("its constant pool is malformed");
        }
    }

    /** The classes that it names in its code and as what it extends, without those of arrays, as Java writes them. */
    Set<String> named() {
        Set<String> named = new TreeSet<>();
        for (int entry : entries) {
            if (entry > 0 && bytes[entry] == CLASS) {
                String name = utf8(u2(entry + 1));
                String element = name.replaceFirst("^\\[+", "");
                if (element.length() == name.length()) {
                    named.add(name.replace('/', '.'));
                } else if (element.startsWith("L")) {
                    named.add(element.substring(1, element.length() - 1).replace('/', '.'));
                }
            }
        }
        return named;
    }

    /** Whether it calls a method, whatever the arguments. */
    boolean calls(String owner, String method) {
        for (int entry : entries) {
            if (entry > 0
                    && bytes[entry] == METHOD
                    && className(u2(entry + 1)).equals(owner)
                    && memberName(entry).equals(method)) {
                return true;
            }
        }
        return false;
    }

    /** The class with some static members taken from another class; the same bytes where it uses none of them. */
    byte[] redirected(List<Redirect> redirects) {
        List<String> added = new ArrayList<>();
        byte[] changed = bytes;
        for (int entry : entries) {
            if (entry == 0 || (bytes[entry] != FIELD && bytes[entry] != METHOD)) {
                continue;
            }
            for (Redirect redirect : redirects) {
                if (className(u2(entry + 1)).equals(redirect.owner())
                        && memberName(entry).equals(redirect.member())
                        && memberDescriptor(entry).equals(redirect.descriptor())) {
                    if (changed == bytes) {
                        changed = bytes.clone();
                    }
                    if (!added.contains(redirect.instead())) {
                        added.add(redirect.instead());
                    }
                    // Each stand-in takes two places after the old ones: its name, and the class of that name.
                    int place = entries.length + 2 * added.indexOf(redirect.instead()) + 1;
                    changed[entry + 1] = (byte) (place >> 8);
                    changed[entry + 2] = (byte) place;
                }
            }
        }
        return added.isEmpty() ? bytes : withClasses(changed, added);
    }

    private byte[] withClasses(byte[] changed, List<String> names) {
        int count = entries.length + 2 * names.size();
        if (count > 0xFFFF) {
            throw new IllegalArgumentException("its constant pool is full");
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream(changed.length + 256);
        try (DataOutputStream out = new DataOutputStream(whole)) {
            out.write(changed, 0, 8);
            out.writeShort(count);
            out.write(changed, 10, poolEnd - 10);
            for (int i = 0; i < names.size(); i++) {
                out.writeByte(UTF8);
                out.writeUTF(names.get(i));
                out.writeByte(CLASS);
                out.writeShort(entries.length + 2 * i);
            }
            out.write(changed, poolEnd, changed.length - poolEnd);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return whole.toByteArray();
    }

    /** Internal names of the class that it extends and of the interfaces that it implements itself. */
    List<String> parents() {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            in.skipNBytes(poolEnd + 4L);
            List<String> parents = new ArrayList<>();
            int above = in.readUnsignedShort();
            if (above != 0) { // Object and modules have none
                parents.add(className(above));
            }
            for (int i = in.readUnsignedShort(); i > 0; i--) {
                parents.add(className(in.readUnsignedShort()));
            }
            return parents;
        } catch (IOException | IndexOutOfBoundsException malformed) {
            throw new IllegalArgumentException("it ends too soon", malformed);
        }
    }

    /**
     * What a method without arguments returns, where it does nothing but return a constant: a text, or the internal name of a
     * class.
     *
     * @param descriptor as in {@code ()Ljava/lang/String;}
     */
    Optional<String> constant(String method, String descriptor) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            in.skipNBytes(poolEnd + 6L);
            in.skipNBytes(2L * in.readUnsignedShort());
            for (int members = 0; members < 2; members++) {
                for (int i = in.readUnsignedShort(); i > 0; i--) {
                    in.skipNBytes(2);
                    String name = utf8(in.readUnsignedShort());
                    boolean wanted = utf8(in.readUnsignedShort()).equals(descriptor) && name.equals(method);
                    for (int attribute = in.readUnsignedShort(); attribute > 0; attribute--) {
                        boolean code = utf8(in.readUnsignedShort()).equals("Code");
                        byte[] body = new byte[(int) Math.min(in.readInt() & 0xFFFFFFFFL, bytes.length)];
                        in.readFully(body);
                        if (wanted && code) {
                            return returned(body);
                        }
                    }
                }
            }
            return Optional.empty();
        } catch (IOException | IndexOutOfBoundsException malformed) {
            throw new IllegalArgumentException("it ends too soon", malformed);
        }
    }

    /** The constant of {@code ldc} or {@code ldc_w} before {@code areturn}, which are all of the code. */
    private Optional<String> returned(byte[] code) {
        int length = code.length < 8 ? 0 : code[7]; // two stacks' sizes, then four bytes of the code's length
        boolean narrow = length == 3 && code[8] == 0x12 && (code[10] & 0xFF) == 0xB0;
        boolean wide = length == 4 && code[8] == 0x13 && (code[11] & 0xFF) == 0xB0;
        if (!narrow && !wide) {
            return Optional.empty();
        }
        int index = narrow ? code[9] & 0xFF : ((code[9] & 0xFF) << 8) | (code[10] & 0xFF);
        int tag = bytes[entries[index]];
        return tag == STRING || tag == CLASS ? Optional.of(className(index)) : Optional.empty();
    }

    /** A text that a visible annotation on the class gives; {@code descriptor} as in {@code Lgraft/node/NodeType;}. */
    Optional<String> annotated(String descriptor, String element) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            in.skipNBytes(poolEnd + 6L);
            in.skipNBytes(2L * in.readUnsignedShort());
            for (int members = 0; members < 2; members++) {
                for (int i = in.readUnsignedShort(); i > 0; i--) {
                    in.skipNBytes(6);
                    for (int attribute = in.readUnsignedShort(); attribute > 0; attribute--) {
                        in.skipNBytes(2);
                        in.skipNBytes(Integer.toUnsignedLong(in.readInt()));
                    }
                }
            }
            for (int attribute = in.readUnsignedShort(); attribute > 0; attribute--) {
                String name = utf8(in.readUnsignedShort());
                long length = Integer.toUnsignedLong(in.readInt());
                if (name.equals("RuntimeVisibleAnnotations")) {
                    return annotations(in, descriptor, element);
                }
                in.skipNBytes(length);
            }
            return Optional.empty();
        } catch (IOException | IndexOutOfBoundsException malformed) {
            throw new IllegalArgumentException("it ends too soon", malformed);
        }
    }

    private Optional<String> annotations(DataInputStream in, String descriptor, String element) throws IOException {
        Optional<String> found = Optional.empty();
        for (int i = in.readUnsignedShort(); i > 0; i--) {
            boolean wanted = utf8(in.readUnsignedShort()).equals(descriptor);
            for (int pair = in.readUnsignedShort(); pair > 0; pair--) {
                boolean named = utf8(in.readUnsignedShort()).equals(element);
                String text = value(in, 0);
                if (wanted && named) {
                    found = Optional.of(text);
                }
            }
        }
        return found;
    }

    /** Reads over a value; what it says where it is a text. */
    private String value(DataInputStream in, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new IllegalArgumentException("its annotations lie in one another deeper than " + DEEPEST);
        }
        switch (in.readUnsignedByte()) {
            case 's' -> {
                return utf8(in.readUnsignedShort());
            }
            case 'e' -> in.skipNBytes(4);
            case '@' -> {
                in.skipNBytes(2);
                for (int pair = in.readUnsignedShort(); pair > 0; pair--) {
                    in.skipNBytes(2);
                    value(in, depth + 1);
                }
            }
            case '[' -> {
                for (int i = in.readUnsignedShort(); i > 0; i--) {
                    value(in, depth + 1);
                }
            }
            default -> in.skipNBytes(2);
        }
        return "";
    }

    private String className(int index) {
        return utf8(u2(entries[index] + 1));
    }

    private String memberName(int entry) {
        return utf8(u2(entries[u2(entry + 3)] + 1));
    }

    private String memberDescriptor(int entry) {
        return utf8(u2(entries[u2(entry + 3)] + 3));
    }

    private String utf8(int index) {
        int at = entries[index];
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, at + 1, bytes.length - at - 1))) {
            return in.readUTF();
        } catch (IOException malformed) {
            throw new IllegalArgumentException("its constant pool is malformed", malformed);
        }
    }

    private int u2(int at) {
        return ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
    }

    private int u4(int at) {
        return (u2(at) << 16) | u2(at + 2);
    }
}
