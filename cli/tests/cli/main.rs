//! The program as its users run it: what it prints, where, and its exit status.

mod check;
mod dir;
mod explain;
mod fix;
