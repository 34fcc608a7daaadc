package slurm;

import graft.job.JobBatch;
import graft.job.JobPlace;
import graft.job.JobWatch;
import graft.node.Problem;
import graft.node.Setting;
import java.util.ArrayList;
import java.util.List;
import org.pf4j.Extension;

/**
 * A Slurm cluster: the jobs of a sweep are the tasks of job arrays, handed over with {@code sbatch} and looked after with {@code squeue}.
 *
 * <p>Graft, the sweep's folder and the models lie on a file system that the nodes share. Slurm starts a task again whose node fails
 * ({@code --requeue}); a task whose process dies is handed over again, up to the sweep's {@code --tries}.
 */
@Extension
public final class SlurmArray implements JobPlace {

    @Setting(help = "Slurm's partition; empty for the cluster's default.")
    String partition = "";

    @Setting(help = "The account that is charged; empty for the user's default.")
    String account = "";

    @Setting(help = "The longest that one job may take, as sbatch has it, such as 4:00:00; empty for the partition's limit.")
    String time = "";

    @Setting(min = 0, max = 64, unit = "GPUs", help = "Of each job.")
    int gpus = 0;

    @Setting(min = 1, max = 1024, unit = "processors", help = "Of each job.")
    int cpus = 1;

    @Setting(help = "Main memory of each job, as sbatch has it, such as 16G; empty for the partition's default.")
    String memory = "";

    @Setting(help = "Further options of sbatch, with spaces between them, such as --constraint=a100 --qos=low.")
    String options = "";

    @Setting(min = 1, max = 600, unit = "seconds", help = "Between two looks at the queue.")
    int look = 10;

    @Override
    public String id() {
        return "slurm/array";
    }

    @Override
    public String title() {
        return "Slurm";
    }

    @Override
    public void check(JobBatch batch) {
        // The second asks the controller, which may not run where the first is installed.
        for (List<String> command : List.of(List.of("sbatch", "--version"), List.of("squeue", "--noheader"))) {
            Answer answer = Answer.of(command);
            if (answer.code() != 0) {
                throw new Problem(
                        "cannot hand jobs over to Slurm",
                        command.get(0) + " does not answer: " + answer.reason(),
                        "start the sweep on a machine from which jobs can be submitted");
            }
        }
    }

    @Override
    public void run(JobBatch batch, JobWatch watch) throws Exception {
        new Arrays(batch, watch, options(), look).run();
    }

    /** Of sbatch, for each array. */
    private List<String> options() {
        List<String> all = new ArrayList<>();
        add(all, "--partition=", partition);
        add(all, "--account=", account);
        add(all, "--time=", time);
        add(all, "--mem=", memory);
        if (gpus > 0) {
            all.add("--gres=gpu:" + gpus);
        }
        all.add("--cpus-per-task=" + cpus);
        for (String word : options.strip().split("\\s+")) {
            add(all, "", word);
        }
        return all;
    }

    private static void add(List<String> options, String name, String value) {
        if (!value.isBlank()) {
            options.add(name + value.strip());
        }
    }
}
