package example;

import graft.node.Setting;
import graft.train.data.CaptionEdit;
import java.util.Locale;
import org.pf4j.Extension;

/** Makes words of tags as picture boards write them: {@code Long_Hair, blue_eyes} becomes "long hair, blue eyes". */
@Extension
public final class TagsToWords implements CaptionEdit {

    @Setting(help = "Whether capitals become small letters.")
    boolean lowercase = true;

    @Override
    public String id() {
        return "example/tags-to-words";
    }

    @Override
    public String title() {
        return "Tags to words";
    }

    @Override
    public String edited(String caption, String picture) {
        String words = caption.replace('_', ' ');
        return lowercase ? words.toLowerCase(Locale.ROOT) : words;
    }
}
