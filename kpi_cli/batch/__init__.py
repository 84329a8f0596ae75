"""Many files: what was read before is not read again (cache), and the reading of the rest may be spread over machines
(cluster). Either way each file goes through ``read_file`` under the same limits."""
