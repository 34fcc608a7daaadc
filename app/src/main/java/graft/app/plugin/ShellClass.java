package graft.app.plugin;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a class file that has annotations and annotated fields, and no code but a constructor that calls the one above it (JVM
 * specification, chapter 4).
 */
final class ShellClass {

    private static final int PUBLIC = 0x0001;
    private static final int SUPER = 0x0020;
    private static final int INTERFACE_AND_ABSTRACT = 0x0600;
    private static final int JAVA_17 = 61;

    private interface Part {
        void write(DataOutputStream out) throws IOException;
    }

    private final boolean isInterface;
    private final int name;
    private final int above;
    private final List<Integer> interfaces = new ArrayList<>();
    private final Map<Object, Integer> places = new LinkedHashMap<>();
    private final List<Part> pool = new ArrayList<>();
    private final List<byte[]> fields = new ArrayList<>();
    private byte[] annotations = new byte[0];
    private int next = 1;

    private ShellClass(String name, Class<?> above, boolean isInterface, List<Class<?>> interfaces) {
        this.isInterface = isInterface;
        this.name = type(name.replace('.', '/'));
        this.above = type(above.getName().replace('.', '/'));
        interfaces.forEach(each -> this.interfaces.add(type(each.getName().replace('.', '/'))));
    }

    /** A public class with a public constructor without arguments. */
    static ShellClass of(String name, Class<?> above) {
        return new ShellClass(name, above, false, List.of());
    }

    /** A public interface. */
    static ShellClass interfaceOf(String name, List<Class<?>> above) {
        return new ShellClass(name, Object.class, true, above);
    }

    /** Annotates the class; elements that are not given have their defaults. */
    ShellClass annotated(Class<? extends Annotation> annotation, JsonObject values) {
        annotations = annotations(annotation, values);
        return this;
    }

    /**
     * Adds a public annotated field.
     *
     * @param descriptor of its class
     * @param signature that says of what it is a list; empty for no list
     */
    ShellClass field(
            String field,
            String descriptor,
            String signature,
            Class<? extends Annotation> annotation,
            JsonObject values) {
        int attributes = signature.isEmpty() ? 1 : 2;
        int fieldName = utf8(field);
        int fieldType = utf8(descriptor);
        byte[] said = annotations(annotation, values);
        fields.add(bytes(out -> {
            out.writeShort(PUBLIC);
            out.writeShort(fieldName);
            out.writeShort(fieldType);
            out.writeShort(attributes);
            out.write(said);
            if (attributes == 2) {
                out.writeShort(utf8("Signature"));
                out.writeInt(2);
                out.writeShort(utf8(signature));
            }
        }));
        return this;
    }

    byte[] bytes() {
        byte[] constructor = isInterface ? new byte[0] : constructor();
        byte[] body = bytes(out -> {
            out.writeShort(PUBLIC | (isInterface ? INTERFACE_AND_ABSTRACT : SUPER));
            out.writeShort(name);
            out.writeShort(above);
            out.writeShort(interfaces.size());
            for (int each : interfaces) {
                out.writeShort(each);
            }
            out.writeShort(fields.size());
            for (byte[] field : fields) {
                out.write(field);
            }
            out.writeShort(isInterface ? 0 : 1);
            out.write(constructor);
            out.writeShort(annotations.length == 0 ? 0 : 1);
            out.write(annotations);
        });
        return bytes(out -> {
            out.writeInt(0xCAFEBABE);
            out.writeShort(0);
            out.writeShort(JAVA_17);
            out.writeShort(next);
            for (Part entry : pool) {
                entry.write(out);
            }
            out.write(body);
        });
    }

    private byte[] constructor() {
        int own = utf8("<init>");
        int descriptor = utf8("()V");
        int named = add(List.of("named", own), out -> {
            out.writeByte(12);
            out.writeShort(own);
            out.writeShort(descriptor);
        });
        int called = add(List.of("method", named), out -> {
            out.writeByte(10);
            out.writeShort(above);
            out.writeShort(named);
        });
        int code = utf8("Code");
        return bytes(out -> {
            out.writeShort(PUBLIC);
            out.writeShort(own);
            out.writeShort(descriptor);
            out.writeShort(1);
            out.writeShort(code);
            out.writeInt(12 + 5);
            out.writeShort(1); // stack
            out.writeShort(1); // variables
            out.writeInt(5);
            out.writeByte(0x2a); // aload_0
            out.writeByte(0xb7); // invokespecial
            out.writeShort(called);
            out.writeByte(0xb1); // return
            out.writeShort(0);
            out.writeShort(0);
        });
    }

    /** The attribute that says one annotation. */
    private byte[] annotations(Class<? extends Annotation> annotation, JsonObject values) {
        int attribute = utf8("RuntimeVisibleAnnotations");
        int type = utf8(annotation.descriptorString());
        byte[] body = bytes(out -> {
            out.writeShort(1);
            out.writeShort(type);
            List<Method> said = new ArrayList<>();
            for (Method element : annotation.getDeclaredMethods()) {
                if (values.has(element.getName())) {
                    said.add(element);
                }
            }
            out.writeShort(said.size());
            for (Method element : said) {
                out.writeShort(utf8(element.getName()));
                value(element.getReturnType(), values.get(element.getName())).write(out);
            }
        });
        return bytes(out -> {
            out.writeShort(attribute);
            out.writeInt(body.length);
            out.write(body);
        });
    }

    private Part value(Class<?> type, JsonElement value) {
        if (type == String.class) {
            return constant('s', utf8(value.getAsString()));
        }
        if (type == int.class || type == boolean.class) {
            int number = type == int.class ? value.getAsInt() : value.getAsBoolean() ? 1 : 0;
            return constant(type == int.class ? 'I' : 'Z', add(List.of("int", number), out -> {
                out.writeByte(3);
                out.writeInt(number);
            }));
        }
        if (type == double.class) {
            // As text, since JSON has no infinity.
            double number = Double.parseDouble(value.getAsString());
            return constant('D', add(List.of("double", number), out -> {
                out.writeByte(6);
                out.writeDouble(number);
            }));
        }
        if (type.isEnum()) {
            int enumType = utf8(type.descriptorString());
            int named = utf8(value.getAsString());
            return out -> {
                out.writeByte('e');
                out.writeShort(enumType);
                out.writeShort(named);
            };
        }
        if (type.isArray()) {
            List<Part> parts = value.getAsJsonArray().asList().stream()
                    .map(each -> value(type.getComponentType(), each))
                    .toList();
            return out -> {
                out.writeByte('[');
                out.writeShort(parts.size());
                for (Part part : parts) {
                    part.write(out);
                }
            };
        }
        throw new IllegalArgumentException("its description has an annotation with a " + type.getName());
    }

    private static Part constant(char tag, int place) {
        return out -> {
            out.writeByte(tag);
            out.writeShort(place);
        };
    }

    private int utf8(String text) {
        return add(List.of("utf8", text), out -> {
            out.writeByte(1);
            out.writeUTF(text);
        });
    }

    private int type(String internal) {
        int named = utf8(internal);
        return add(List.of("class", internal), out -> {
            out.writeByte(7);
            out.writeShort(named);
        });
    }

    private int add(Object key, Part entry) {
        Integer known = places.get(key);
        if (known != null) {
            return known;
        }
        int place = next;
        places.put(key, place);
        pool.add(entry);
        next += key instanceof List<?> parts && parts.get(0).equals("double") ? 2 : 1;
        if (next > 0xFFFF) {
            throw new IllegalArgumentException("its description is too large");
        }
        return place;
    }

    private static byte[] bytes(Part part) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            part.write(out);
        } catch (IOException tooLong) {
            throw new IllegalArgumentException("its description has a text that is too long", tooLong);
        }
        return bytes.toByteArray();
    }
}
