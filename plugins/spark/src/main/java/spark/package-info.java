/** Jobs of sweeps on an Apache Spark cluster. */
package spark;
