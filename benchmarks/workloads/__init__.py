"""One file for each family of problems."""

from benchmarks.workloads import chains, dense, jobs, linear_algebra, scalar, second_order, small, sparse, taylor

FAMILIES = {
    module.FAMILY: module.WORKLOADS
    for module in (scalar, small, chains, dense, linear_algebra, second_order, sparse, taylor, jobs)
}
