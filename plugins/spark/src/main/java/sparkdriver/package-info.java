/** What runs inside of Spark: it knows Spark and Java, and nothing of Graft. Packed as {@code driver.jar} inside of the plugin's archive. */
package sparkdriver;
