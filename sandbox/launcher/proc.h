/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* The host's /proc, whichever mount namespace we are in. */
#ifndef AIRG_PROC_H
#define AIRG_PROC_H

/** Keeps /proc open, so that it is found after setns(2); exits 70 if it cannot. */
void proc_keep(void);
/** To be called when the descriptor has been closed. */
void proc_forget(void);
/** Opens what lies below /proc, close-on-exec; "." for /proc itself. */
int proc_open(const char *below, int flags);

#endif
