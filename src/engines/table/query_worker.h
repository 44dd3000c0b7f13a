#pragma once

namespace lepton::table {

/// The program of a sealed child process (`lepton worker query`): serves the server over the socket that is its
/// standard input, first any number of statements to parse, then one piece of work, then ends. Returns the exit code.
int query_worker_main();

}  // namespace lepton::table
