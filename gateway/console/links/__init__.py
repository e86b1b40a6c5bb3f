"""`/calendar/single-use`: the single-use links of the app that one is signed in to."""

PATH = "/calendar/single-use"
