# Recompute the published shares of ideas from the tables of this package, and compare: Rscript recompute.R [folder]
arguments <- commandArgs(trailingOnly = TRUE)
folder <- if (length(arguments)) arguments[1] else "."
read <- function(name) read.csv(file.path(folder, name), encoding = "UTF-8", stringsAsFactors = FALSE)

# The share of accepted ideas that are implemented
share_so_far <- function(ideas) {
  sum(ideas$implemented) / sum(ideas$implemented, ideas$abandoned, ideas$open)
}

# The share implemented within so many months of acceptance (Aalen-Johansen: abandonment competes)
share_within <- function(months, ideas) {
  ideas <- ideas[order(ideas$months), ]
  share <- 0
  share_open <- 1
  at_risk <- sum(ideas$implemented, ideas$abandoned, ideas$open)
  for (i in which(ideas$months <= months)) {
    implemented <- ideas$implemented[i]
    abandoned <- ideas$abandoned[i]
    share <- share + share_open * implemented / at_risk
    share_open <- share_open * (1 - (implemented + abandoned) / at_risk)
    at_risk <- at_risk - implemented - abandoned - ideas$open[i]
  }
  share
}

durations <- read("durations.csv")
durations$months[is.na(durations$months)] <- Inf
figures <- read("figures.csv")
for (i in which(!is.na(figures$share))) {
  edition <- figures$edition[i]
  name <- figures$figure[i]
  ideas <- durations[durations$edition == edition, ]
  share <- if (name == "rate") share_so_far(ideas)
           else share_within(as.numeric(sub("within_", "", name)), ideas)
  cat(sprintf("%s,%s,%.17g,%.17g\n", edition, name, figures$share[i], share))
  if (abs(share - figures$share[i]) > 1e-9) stop(name, " of ", edition, " differs")
}
cat("All shares agree.\n")
