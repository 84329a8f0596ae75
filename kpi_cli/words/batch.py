"""Words about runs over many files: key → (Chinese, English)."""

from __future__ import annotations

BATCH_WORDS: dict[str, tuple[str, str]] = {
    "option-cache": ("把读过的文件存在这个文件夹，下次只读改动过的。", "keep what was read in this folder; the next run reads only what changed."),
    "option-cluster": ("在 Dask 集群上读文件，写调度器地址，如 tcp://10.0.0.5:8786。", "read on a Dask cluster: the scheduler's address, e.g. tcp://10.0.0.5:8786."),
    "progress": ("已读 {done}/{total} 个文件", "{done} of {total} files read"),
    "progress-waiting": ("  {bar}正在读，已 {seconds} 秒", "  {bar}reading for {seconds} s"),
    "progress-reused": ("，其中 {reused} 个未变、不必重读", ", {reused} of them unchanged"),
    "bad-cache": ("--cache {folder} 写不了：{reason}", "--cache {folder} cannot be written: {reason}"),
    "cluster-not-installed": (
        "--cluster 需要 Dask：pip install \"kpi-cli[cluster]\"",
        "--cluster needs Dask: pip install \"kpi-cli[cluster]\"",
    ),
    "cluster-no-answer": (
        "{address} 没有 Dask 调度器应答（{reason}）；先运行 dask scheduler，再用它显示的地址",
        "no Dask scheduler answers at {address} ({reason}); run dask scheduler first and use the address that it shows",
    ),
    "cluster-no-workers": (
        "集群 {address} 在 {seconds} 秒内没有工作进程；在各台机器上运行 dask worker {address}",
        "the cluster {address} had no worker within {seconds} seconds; run dask worker {address} on its machines",
    ),
    "cluster-without-program": (
        "集群的工作进程用不了本程序（{reason}）；每台机器都要装同一版本的 kpi-cli",
        "the cluster's workers cannot use this program ({reason}); install the same version of kpi-cli on every machine",
    ),
    "cluster-other-program": (
        "集群工作进程上的 kpi-cli、Python 或读表的库与这里版本不同；装成一样的再用",
        "the cluster's workers have another version of kpi-cli, of Python or of a library that reads; install the same ones",
    ),
    "cluster-lost": ("集群中途断开（{reason}），其余文件在本机读", "the cluster was lost ({reason}); the other files are read here"),
}
