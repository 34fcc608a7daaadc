package graft.score;

import graft.picture.Picture;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was found when a training was looked at after a step.
 *
 * @param step counted from 1; 0 before the first
 * @param measures those that could be taken
 * @param small the subject's pictures, made small
 */
record Judgement(int step, Map<Measure, Values> measures, List<Picture> small) {

    Judgement {
        measures = Collections.unmodifiableMap(new EnumMap<>(measures));
        small = List.copyOf(small);
    }

    Values fidelity() {
        return measures.get(Measure.FIDELITY);
    }

    Optional<Double> mean(Measure measure) {
        return Optional.ofNullable(measures.get(measure)).map(Values::mean);
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(step);
        out.writeInt(measures.size());
        for (Map.Entry<Measure, Values> each : measures.entrySet()) {
            out.writeUTF(each.getKey().id());
            out.writeInt(each.getValue().each().size());
            for (double value : each.getValue().each()) {
                out.writeDouble(value);
            }
        }
        write(small, out);
    }

    static Judgement read(DataInputStream in) throws IOException {
        int step = in.readInt();
        Map<Measure, Values> measures = new EnumMap<>(Measure.class);
        for (int left = in.readInt(); left > 0; left--) {
            String id = in.readUTF();
            List<Double> values = new ArrayList<>();
            for (int more = in.readInt(); more > 0; more--) {
                values.add(in.readDouble());
            }
            for (Measure measure : Measure.values()) {
                if (measure.id().equals(id)) {
                    measures.put(measure, new Values(values));
                }
            }
        }
        return new Judgement(step, measures, pictures(in));
    }

    /** Each of 8 bits a value. */
    static void write(List<Picture> pictures, DataOutputStream out) throws IOException {
        out.writeInt(pictures.size());
        for (Picture picture : pictures) {
            out.writeInt(picture.width());
            out.writeInt(picture.height());
            for (int value : picture.toBytes()) {
                out.writeByte(value);
            }
        }
    }

    static List<Picture> pictures(DataInputStream in) throws IOException {
        List<Picture> pictures = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            int width = in.readInt();
            int height = in.readInt();
            float[] rgb = new float[3 * width * height];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = in.readUnsignedByte() / 255f;
            }
            pictures.add(new Picture(width, height, rgb));
        }
        return pictures;
    }
}
