/* Copyright 2026 the airg authors. Apache-2.0 license. */

/* The program's roles. Each gets the arguments after its name. */
#ifndef AIRG_ROLES_H
#define AIRG_ROLES_H

int outer_role(int argc, char **argv);
int inner_role(int argc, char **argv);
int scan_role(int argc, char **argv);
int follow_role(int argc, char **argv);
int sockets_role(int argc, char **argv);
int check_role(int argc, char **argv);
int version_role(int argc, char **argv);

#endif
