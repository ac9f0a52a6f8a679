"""Text tables, plots and the HTML page around them."""

import html
import importlib.util

STYLE = """body{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}
table{border-collapse:collapse}td,th{padding:.2em .8em;border-bottom:1px solid #ccc;
text-align:right}td:first-child,th:first-child{text-align:left}img{max-width:100%}
pre{overflow-x:auto}"""


def text_table(rows):
    """Rows of texts, the first the heading; numbers to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [("  ".join([row[0].ljust(widths[0]),
                         *(cell.rjust(width) for cell, width
                           in zip(row[1:], widths[1:]))])).rstrip()
             for row in rows]
    lines.insert(1, "-" * max(len(line) for line in lines))
    return "\n".join(lines)


def html_table(rows):
    def line(cells, tag):
        return ("<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>"
                                 for cell in cells) + "</tr>")
    return ("<table>" + line(rows[0], "th")
            + "".join(line(row, "td") for row in rows[1:]) + "</table>")


def page(title, sections):
    """`sections`: (heading, list of HTML parts)."""
    body = "".join(f"<h2>{html.escape(heading)}</h2>" + "".join(parts)
                   for heading, parts in sections)
    return (f'<!doctype html><html lang="en"><meta charset="utf-8">'
            f"<title>{html.escape(title)}</title><style>{STYLE}</style>"
            f"<h1>{html.escape(title)}</h1>{body}</html>\n")


def paragraph(text):
    return f"<p>{html.escape(text)}</p>"


def picture(name, text):
    return f'<p><img src="{name}.svg" alt="{html.escape(text)}"></p>'


def machine_line(found):
    told = found["machine"]
    return (f"{told['cores']} cores of {told['processor']}, "
            f"{told['memory_gb']} GB, {told['system']}, librdkafka "
            f"{told['librdkafka']}, commit {told['commit']}, "
            f"{found['date']}; load average before the run "
            f"{told['load_before'][0]}")


def require_plots():
    """Before anything is measured."""
    if importlib.util.find_spec("matplotlib") is None:
        raise SystemExit("python3-matplotlib is missing: "
                         "deploy/install-packages bench")


def save(figure, directory, name):
    """SVG and PNG."""
    figure.tight_layout()
    # The same bytes for the same figures: no date, no random ids.
    figure.savefig(directory / f"{name}.svg", metadata={"Date": None})
    figure.savefig(directory / f"{name}.png", dpi=110)


def new_plot(width=8, height=4):
    import matplotlib
    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "tokensieve"
    from matplotlib import pyplot
    return pyplot.subplots(figsize=(width, height))
