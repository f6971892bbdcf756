"""The actions that pages offer: which, to whom, their forms, and the page that all share."""
