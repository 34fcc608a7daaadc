/** Jobs of sweeps on a Slurm cluster. */
package slurm;
