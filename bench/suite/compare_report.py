"""The tables, the plot and the page of a comparison."""

from suite import report

NOTES = (
    "CPU seconds are those of the whole process, by the kernel, on one core "
    "for files. MB are 10^6 bytes. Programs alternate; figures are medians. "
    "The corpus is files of 8 MB, with tokens in the first; slow programs read "
    "that one only, once. `others` is what a program printed in a token's form "
    "and was not planted.")


def scan_rows(found):
    start = found["start_up_cpu"]
    rows = [("program", "MB/CPU s", "least", "most", "without start", "MB read",
             "MB of memory", "tokens found", "of", "others")]
    for one in found["peers"]:
        speed = one["mb_per_cpu_second"]
        own = one["name"].startswith("tokensieve")
        rows.append((
            one["name"], f"{speed['median']:.0f}", f"{speed['min']:.0f}",
            f"{speed['max']:.0f}",
            f"{one['mb'] / (one['cpu']['median'] - start):.0f}" if own else "",
            f"{one['mb']:.0f}", f"{one['peak_mb']['median']:.0f}",
            str(one["found"]), str(one["planted"]), str(one["others"])))
    return rows


def form_rows(found):
    forms = list(found["peers"][0]["by_form"])
    rows = [("tokens found", *forms)]
    for one in found["peers"]:
        rows.append((one["name"], *("{}/{}".format(*one["by_form"][form])
                                    for form in forms)))
    return rows


def pipeline_rows(found):
    rows = [("pipeline", "CPU s/GB", "times tokensieve", "seconds",
             "MB of memory", "tokens found", "of")]
    own = found["pipelines"][0]["cpu_per_gb"]["median"]
    for one in found["pipelines"]:
        cost = one["cpu_per_gb"]["median"]
        rows.append((one["name"], f"{cost:.2f}", f"{cost / own:.1f}",
                     f"{one['seconds']['median']:.1f}",
                     f"{one['peak_mb']['median']:.0f}", str(one["found"]),
                     str(one["planted"])))
    return rows


def plot_scan(directory, found):
    figure, axes = report.new_plot(8, 4.5)
    names = [one["name"] for one in found["text"]["peers"]]
    places = range(len(names))
    for kind, shift, colour in (("text", -0.2, "#1f6f8b"),
                                ("events", 0.2, "#e09f3e")):
        speeds = [one["mb_per_cpu_second"]["median"]
                  for one in found[kind]["peers"]]
        axes.barh([place + shift for place in places], speeds, 0.38,
                  color=colour, label=kind)
        for place, speed, one in zip(places, speeds, found[kind]["peers"]):
            axes.text(speed, place + shift,
                      f" {one['found']} of {one['planted']}", va="center",
                      fontsize=7)
    axes.set_yticks(list(places), names)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlabel("MB a CPU second; beside the bars: tokens found")
    axes.legend()
    report.save(figure, directory, "compare-scan")


def write(directory, found):
    """Writes everything; the text."""
    plot_scan(directory, found)
    tables = []
    for kind, told in (("text", "text logs"), ("events", "events, a line each")):
        start = found[kind]["start_up_cpu"]
        tables += [(f"Files: {told} (tokensieve's start: {start * 1000:.0f} ms "
                    "of CPU)", scan_rows(found[kind]))]
    tables.append(("What is found, in text logs", form_rows(found["text"])))
    if "pipelines" in found:
        tables.append(("A full topic of 4 KB events, lz4, start included",
                       pipeline_rows(found["pipelines"])))
    missing = sorted({name for part in ("text", "pipelines")
                      for name in found.get(part, {}).get("missing", [])})
    text = [f"compare, {found['mode']}, {found['logs']} logs: "
            + report.machine_line(found), NOTES]
    if missing:
        text.append("not on the PATH, so not compared: " + ", ".join(missing)
                    + " (bench/install-peers)")
    parts = [("The run", [report.paragraph(line) for line in text]),
             ("Speed on one core", [report.picture(
                 "compare-scan", "MB a CPU second by program")])]
    for heading, rows in tables:
        text += ["", heading, report.text_table(rows)]
        parts.append((heading, [report.html_table(rows)]))
    written = "\n".join(text) + "\n"
    (directory / "compare.txt").write_text(written)
    (directory / "compare.html").write_text(
        report.page("tokensieve: comparison", parts))
    return written
