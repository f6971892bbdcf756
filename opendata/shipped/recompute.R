# Recompute the published shares of ideas from the tables of this package, and compare: Rscript recompute.R [folder]
arguments <- commandArgs(trailingOnly = TRUE)
folder <- if (length(arguments)) arguments[1] else "."
read <- function(name) read.csv(file.path(folder, name), encoding = "UTF-8", stringsAsFactors = FALSE)

# The share implemented within so many months of acceptance (Aalen-Johansen: abandonment competes)
within_months <- function(months, ideas) {
  ideas <- ideas[order(ideas$months), ]
  implemented <- 0
  still_open <- 1
  at_risk <- sum(ideas$implemented, ideas$abandoned, ideas$open)
  for (i in which(ideas$months <= months)) {
    won <- ideas$implemented[i]
    lost <- ideas$abandoned[i]
    implemented <- implemented + still_open * won / at_risk
    still_open <- still_open * (1 - (won + lost) / at_risk)
    at_risk <- at_risk - won - lost - ideas$open[i]
  }
  implemented
}

durations <- read("durations.csv")
durations$months[is.na(durations$months)] <- Inf
figures <- read("figures.csv")
for (i in which(!is.na(figures$share))) {
  edition <- figures$edition[i]
  name <- figures$figure[i]
  ideas <- durations[durations$edition == edition, ]
  accepted <- sum(ideas$implemented, ideas$abandoned, ideas$open)
  share <- if (name == "rate") sum(ideas$implemented) / accepted
           else within_months(as.numeric(sub("within_", "", name)), ideas)
  cat(sprintf("%s,%s,%.17g,%.17g\n", edition, name, figures$share[i], share))
  if (abs(share - figures$share[i]) > 1e-9) stop(name, " of ", edition, " differs")
}
