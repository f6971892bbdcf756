# What R makes of the sets of ideas on standard input, one line a month: set, months, implemented, abandoned, open.
# Written back as one line a step: set, months, then implemented, low, high, abandoned, open and at risk as
# survival::survfit has them, and implemented and abandoned as cmprsk::cuminc has them. No low and high where survfit
# has none. The first line says what was asked.
suppressMessages({ library(survival); library(cmprsk) })

counted <- read.table(file("stdin"), col.names = c("set", "months", "implemented", "abandoned", "open"))
cat(sprintf("# %s, survival %s, cmprsk %s\n", R.version.string, packageVersion("survival"), packageVersion("cmprsk")))

written <- function(number) ifelse(is.na(number), "-", sprintf("%.15g", number))

incidence <- function(curves, cause, months) {
  if (is.null(curves) || is.null(curves[[cause]])) return(rep(0, length(months)))
  curve <- curves[[cause]]
  sapply(months, function(month) curve$est[max(which(curve$time <= month + 1e-9))])
}

for (set in unique(counted$set)) {
  rows <- counted[counted$set == set, ]
  ideas <- c(rows$implemented, rows$abandoned, rows$open)
  months <- rep(rep(rows$months, 3), ideas)
  outcome <- rep(rep(c(1, 2, 0), each = nrow(rows)), ideas)
  steps <- sort(unique(months[outcome > 0]))
  if (length(steps) == 0) next
  fit <- survfit(Surv(months, factor(outcome, 0:2)) ~ 1, conf.type = "log-log")
  at <- match(steps, fit$time)
  # cuminc starts at time 0: everything moves one month on.
  curves <- cuminc(months + 1, outcome, cencode = 0)
  won <- incidence(curves, "1 1", steps + 1)
  lost <- incidence(curves, "1 2", steps + 1)
  for (i in seq_along(steps)) {
    cat(set, steps[i], written(fit$pstate[at[i], 2]), written(fit$lower[at[i], 2]), written(fit$upper[at[i], 2]),
        written(fit$pstate[at[i], 3]), written(fit$pstate[at[i], 1]), fit$n.risk[at[i], 1],
        written(won[i]), written(lost[i]), "\n")
  }
}
