"""The pictures of a run: ratios by workload, and growth."""

MARKS = {
    "hand": ("k", "|"), "dualad": ("C3", "o"), "SciPy 2-point": ("C7", "s"),
    "num_dual": ("C1", "^"), "autograd": ("C0", "v"), "JAX (jit)": ("C2", "P"), "JAX": ("C2", "x"),
    "torch.func": ("C4", "*"), "CasADi": ("C5", "<"), "numdifftools": ("C6", ">"),
}  # fmt: skip


def write(found, folder):
    """The pictures as PNG files: pairs (title, file name). None without Matplotlib."""
    try:
        import matplotlib
    except ImportError:
        return []
    matplotlib.use("Agg")
    drawn = []
    if found["families"]:
        drawn.append(("Time of the derivative over the time of f, by workload", ratios(found, folder)))
    if "growth" in found:
        drawn.append(("Growth with size, directions and order", growth(found["growth"], folder)))
    return drawn


def ratios(found, folder):
    import matplotlib.pyplot as plt

    rows = [
        (workload, row["results"])
        for workloads in found["families"].values()
        for workload, row in workloads.items()
        if "seconds" in row["results"].get("f", {})
    ]
    figure, axes = plt.subplots(figsize=(9, 0.5 + 0.24 * len(rows)), layout="constrained")
    for name, (color, marker) in MARKS.items():
        points = [
            (results[name]["seconds"] / results["f"]["seconds"], -i)
            for i, (_, results) in enumerate(rows)
            if "seconds" in results.get(name, {})
        ]
        if points:
            axes.scatter(*zip(*points, strict=True), color=color, marker=marker, s=36, label=name, zorder=3)
    axes.axvline(1.0, color="k", linewidth=0.8)
    axes.set_xscale("log")
    axes.set_yticks([-i for i in range(len(rows))], [workload for workload, _ in rows], fontsize=8)
    axes.set_ylim(-len(rows), 1)
    axes.grid(axis="both", color="0.9")
    axes.set_xlabel("time of the derivative / time of f")
    axes.legend(loc="upper center", bbox_to_anchor=(0.4, -0.04), ncols=6, fontsize=8)
    figure.savefig(folder / "benchmarks.png", dpi=110)
    plt.close(figure)
    return "benchmarks.png"


def growth(found, folder):
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, len(found), figsize=(4.2 * len(found), 3.6), layout="constrained")
    for axes, part in zip(panels, found.values(), strict=True):
        for name, seconds in part["lines"].items():
            axes.plot(part["x"], seconds, "o-", label=f"{name}: {part['slopes'][name]}", markersize=4)
        axes.set_yscale("log")
        if "order" not in part["label"]:
            axes.set_xscale("log")
        axes.set_xlabel(part["label"])
        axes.set_ylabel("seconds")
        axes.legend(fontsize=7)
        axes.grid(color="0.9")
    figure.savefig(folder / "growth.png", dpi=110)
    plt.close(figure)
    return "growth.png"
