"""The table, the plots and the page of a capacity run."""

from suite import report


def drain_line(entry):
    own, bare = entry["tokensieve"], entry["bare"]
    return (f"{own['cpu_per_gb']['median']:.2f} CPU s/GB, bare "
            f"{bare['cpu_per_gb']['median']:.2f}: "
            f"{entry['cpu_ratio']['median']:.2f} times; "
            f"{own['mb_per_s']['median']:.0f} MB/s, bare "
            f"{bare['mb_per_s']['median']:.0f}; "
            f"{own['peak_mb']['median']:.0f} MB")


def held_line(trial):
    return (f"{trial.rate:,.0f} events/s: " + ("held" if trial.held else
            f"not held; {trial.produced:,.0f} were produced"))


def paced_line(entry):
    own, bare = entry["latency_ms"], entry["bare_latency_ms"]
    late = (f"p50 {own['p50']:.0f} ms, p99 {own['p99']:.0f}, p99.9 "
            f"{own['p99.9']:.0f} (bare reading {bare['p50']:.0f}, "
            f"{bare['p99']:.0f}); " if own else "")
    return (f"{late}{entry['cpu_per_gb']:.2f} CPU s/GB; "
            f"{entry['rss_mb']:.0f} MB")


def drain_rows(found):
    rows = [("what differs", "CPU s/GB", "bare", "times", "MB/s", "bare",
             "share", "events/s", "MB of memory", "bare")]
    for one in found["drains"]:
        own, bare = one["tokensieve"], one["bare"]
        rows.append((
            f"{one['dimension']}: {one['value']}",
            f"{own['cpu_per_gb']['median']:.2f}",
            f"{bare['cpu_per_gb']['median']:.2f}",
            f"{one['cpu_ratio']['median']:.2f}",
            f"{own['mb_per_s']['median']:.0f}",
            f"{bare['mb_per_s']['median']:.0f}",
            f"{one['rate_ratio']['median']:.2f}",
            f"{own['events_per_s']['median']:,.0f}",
            f"{own['peak_mb']['median']:.0f}",
            f"{bare['peak_mb']['median']:.0f}"))
    return rows


def requests_of(paced):
    """How many come a second, and how late."""
    late = paced["latency_ms"]
    return [f"{paced['events_per_s'] / paced['hit_every']:,.0f}",
            *(f"{late[name]:.0f}" for name in ("p50", "p99", "p99.9", "max"))]


def paced_rows(found):
    rows = [("events/s asked, instances", "read", "requests/s", "p50 ms", "p99",
             "p99.9", "max", "bare p50", "bare p99", "CPU s/GB", "bare",
             "MB an instance")]
    for one in found["paced"]:
        bare = one["bare_latency_ms"]
        rows.append((
            f"{one['asked']:,}, {one['instances']}",
            f"{one['events_per_s']:,.0f}",
            *(requests_of(one) if one["hit_every"] else ["-"] * 5),
            f"{bare['p50']:.0f}", f"{bare['p99']:.0f}",
            f"{one['cpu_per_gb']:.2f}", f"{one['bare_cpu_per_gb']:.2f}",
            f"{one['rss_mb']:.0f}"))
    return rows


def rate_rows(found):
    rows = [("", "events/s held", "MB/s")]
    for name, one in found["highest_rate"].items():
        best = one["events_per_s"]
        rows.append((name, f"{best:,}" if best else "none tried",
                     f"{best * 4096 / 1e6:.0f}" if best else "-"))
    return rows


def plot_cost(directory, found):
    figure, axes = report.new_plot(8, 5)
    names = [f"{one['dimension']}: {one['value']}" for one in found["drains"]]
    places = range(len(names))
    for name, shift, colour in (("bare", 0.2, "#999999"),
                                ("tokensieve", -0.2, "#1f6f8b")):
        costs = [one[name]["cpu_per_gb"] for one in found["drains"]]
        axes.barh([place - shift for place in places],
                  [cost["median"] for cost in costs], 0.38, color=colour,
                  label="bare consumer" if name == "bare" else name,
                  xerr=[[cost["median"] - cost["min"] for cost in costs],
                        [cost["max"] - cost["median"] for cost in costs]],
                  error_kw={"elinewidth": 0.8})
    axes.set_yticks(list(places), names)
    axes.invert_yaxis()
    axes.set_xlabel("CPU seconds a GB (median, least and most)")
    axes.legend()
    report.save(figure, directory, "capacity-cost")


def plot_latency(directory, found):
    figure, axes = report.new_plot()
    for one in found["paced"]:
        if not one["hit_every"]:
            continue
        for name, style in (("latency_ms", "-"), ("bare_latency_ms", ":")):
            points = [(1 / (1 - share), value) for value, share
                      in one[name]["distribution"] if share < 1]
            if not points:
                continue
            label = (f"{one['asked']:,} events/s, {one['instances']} inst."
                     + ("" if name == "latency_ms" else ", bare reading"))
            axes.plot(*zip(*points), style, label=label)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks([1, 2, 10, 100, 1000], ["0", "50 %", "90 %", "99 %",
                                            "99.9 %"])
    axes.set_xlabel("share of the events")
    axes.set_ylabel("ms from produce to visible")
    axes.grid(True, which="major", alpha=0.3)
    axes.legend(fontsize=7)
    report.save(figure, directory, "capacity-latency")


NOTES = (
    "CPU seconds are those of the whole process, by the kernel, without those "
    "of a start on an empty topic. GB are 10^9 bytes of values, uncompressed. "
    "Runs of both alternate; a ratio is the median of the pairs. The bare "
    "consumer has tokensieve's settings of librdkafka and only counts.")


def write(directory, found):
    """Writes everything; the table."""
    plot_cost(directory, found)
    plot_latency(directory, found)
    start = found["start_up_cpu"]
    follow = found["follow"]
    start_line = (f"CPU of a start and an end on an empty topic: tokensieve "
                  f"{start['tokensieve'] * 1000:.0f} ms, bare "
                  f"{start['bare'] * 1000:.0f} ms. Learning {follow['requests']} "
                  f"earlier requests: {follow['cpu_per_request'] * 1e6:.1f} us of "
                  "CPU each.")
    sections = (
        ("Reading a full topic, 4 KB events in lz4 where nothing else is said",
         drain_rows(found), "capacity-cost", "CPU seconds a GB"),
        ("The highest rate without a growing lag, events of 4 KB, producer and "
         "broker on the same cores", rate_rows(found), None, None),
        ("From produce to visible request (read_committed), one event in five "
         "with a token or none", paced_rows(found), "capacity-latency",
         "latency by share of the events"),
    )
    text = [f"capacity, {found['mode']}, {found['logs']} logs: "
            + report.machine_line(found), NOTES, start_line]
    parts = [("The run", [report.paragraph(line) for line in text])]
    for heading, rows, plot, told in sections:
        text += ["", heading, report.text_table(rows)]
        parts.append((heading, [report.html_table(rows)]
                      + ([report.picture(plot, told)] if plot else [])))
    table = "\n".join(text) + "\n"
    (directory / "capacity.txt").write_text(table)
    (directory / "capacity.html").write_text(
        report.page("tokensieve: capacity", parts))
    return table
