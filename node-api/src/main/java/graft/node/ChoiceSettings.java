package graft.node;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The settings of a choice's own: fields with {@link Setting} of the class of one that a plugin brings.
 *
 * <p>A workflow saves a choice with some of them as an object, {@code {"id": "owner/name", "eta": 0.5}}, and one whose settings are
 * all as they are by default by its id alone. What a node is given is an instance of its own, with the fields filled in.
 */
public final class ChoiceSettings {

    /** Where the saved form has the choice's id. */
    static final String ID = "id";

    private ChoiceSettings() {}

    /**
     * What a choice's class declares, in the order of its fields; none for those that come with Graft.
     *
     * @throws IllegalArgumentException saying what its author has to change
     */
    public static List<SettingSchema> of(Choice choice) {
        List<SettingSchema> settings = new ArrayList<>();
        if (choice instanceof Enum<?>) {
            return settings;
        }
        Choice usual = ungated(choice);
        List<String> faults = new ArrayList<>();
        for (Field field : NodeSchema.fields(usual.getClass())) {
            if (field.isAnnotationPresent(Setting.class)) {
                try {
                    settings.add(setting(field, usual));
                } catch (IllegalArgumentException unfit) {
                    faults.add(unfit.getMessage());
                }
            }
        }
        NodeSchema.refuse(faults);
        return settings;
    }

    /** Whether what is chosen in a node's setting may have settings of its own. */
    public static boolean mayHave(SettingSchema choice) {
        return Choices.isSet(choice.field().getType());
    }

    private static SettingSchema setting(Field field, Choice usual) {
        String where = field.getDeclaringClass().getName() + "." + field.getName();
        if (Modifier.isStatic(field.getModifiers()) || Modifier.isFinal(field.getModifiers())) {
            throw new IllegalArgumentException(where + " is a setting and so must not be static or final");
        }
        if (field.getName().equals(ID)) {
            throw new IllegalArgumentException(where + ": a choice's setting is not called " + ID);
        }
        if (Choices.isSet(field.getType())) {
            throw new IllegalArgumentException(where + ": a choice has no setting that is an open choice itself");
        }
        field.setAccessible(true);
        SettingSchema setting = SettingSchema.ofChoice(field, usual);
        NodeSchema.refuseStrangeTexts(where, setting);
        return setting;
    }

    /** The id in the saved form of a choice, with settings of its own or without; empty for what is none. */
    public static String id(JsonElement saved) {
        JsonElement id = saved instanceof JsonObject object ? object.get(ID) : saved;
        return id != null && id.isJsonPrimitive() ? id.getAsString() : "";
    }

    /**
     * The saved value of one of them in the saved form of a choice; its default where none is saved.
     *
     * @param setting one of the chosen's
     */
    public static JsonElement value(JsonElement saved, SettingSchema setting) {
        return setting.valueIn(saved instanceof JsonObject object ? object.asMap() : Map.of());
    }

    /**
     * The saved form of a choice with one of its settings changed.
     *
     * @param choice the node's setting that it is chosen in
     * @param setting one of the chosen's
     * @throws Problem when it cannot be so
     */
    public static JsonElement with(SettingSchema choice, JsonElement saved, SettingSchema setting, JsonElement value) {
        JsonObject changed = with(saved, setting.id(), value);
        changed.remove(setting.declared().formerly());
        return choice.toJson(choice.fromJson(changed));
    }

    /**
     * The saved form of a choice with one of its settings changed, whether it has such a setting or not.
     *
     * @param setting its name
     */
    public static JsonObject with(JsonElement saved, String setting, JsonElement value) {
        JsonObject changed = new JsonObject();
        changed.addProperty(ID, id(saved));
        if (saved instanceof JsonObject object) {
            object.entrySet().forEach(each -> changed.add(each.getKey(), each.getValue()));
        }
        changed.add(setting, value);
        return changed;
    }

    /**
     * An instance of a choice of its own.
     *
     * @param in the node's setting that it is chosen in
     * @param saved id and settings; those left out have their defaults
     * @throws Problem when it has no such settings, or they cannot be so
     */
    public static Choice filled(String in, Choice choice, JsonObject saved) {
        List<SettingSchema> settings = of(choice);
        Choice own = fresh(ungated(choice));
        for (Map.Entry<String, JsonElement> each : saved.entrySet()) {
            if (each.getKey().equals(ID)) {
                continue;
            }
            SettingSchema setting = settings.stream()
                    .filter(one -> one.id().equals(each.getKey())
                            || one.declared().formerly().equals(each.getKey()))
                    .findFirst()
                    .orElseThrow(() -> noSetting(in, choice, each.getKey(), settings));
            try {
                setting.setIn(own, setting.fromJson(each.getValue()));
            } catch (Problem wrong) {
                throw new Problem(
                                wrong.happened(),
                                wrong.why(),
                                wrong.remedy()
                                        .replace("with --set", "with --set NODE." + in + "." + setting.id() + "=…"))
                        .causedBy(wrong)
                        .at(in);
            }
        }
        return choice instanceof GatedChoice gate ? gate.gated(own) : own;
    }

    private static Problem noSetting(String in, Choice choice, String name, List<SettingSchema> settings) {
        List<String> known = settings.stream().map(SettingSchema::id).toList();
        return new Problem(
                        "there is no setting " + PlainText.line(name, 60) + " of " + choice.id(),
                        known.isEmpty() ? "it has none of its own" : "it has " + String.join(", ", known),
                        NearName.remedy(
                                name,
                                known,
                                "take it out of the workflow, or install the version of the plugin that has it"))
                .at(in);
    }

    /** The instance that has the settings, whether a host stands before it or not. */
    static Choice ungated(Choice choice) {
        return choice instanceof GatedChoice gate ? gate.ungated() : choice;
    }

    private static Choice fresh(Choice choice) {
        if (choice instanceof Enum<?>) {
            return choice;
        }
        try {
            Constructor<? extends Choice> constructor = choice.getClass().getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException(choice.id() + " cannot be made anew", failure);
        }
    }

    /** What is saved of a choice's settings; empty where all are as by default. */
    static JsonObject saved(Choice choice, Choice usual) {
        JsonObject saved = new JsonObject();
        boolean changed = false;
        for (SettingSchema setting : of(usual)) {
            JsonElement value = setting.toJson(setting.in(ungated(choice)));
            changed |= !value.equals(setting.toJson(setting.defaultValue()));
            saved.add(setting.id(), value);
        }
        return changed ? saved : new JsonObject();
    }
}
