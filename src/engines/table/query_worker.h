#pragma once

namespace lepton::table {

/// The program of the template of query workers (`lepton worker query`, see worker_template.h) and of its forks. A fork
/// serves the server over the socket that is its standard input, first any number of statements to parse, then, sealed,
/// one piece of work, then ends. Returns the exit code.
int query_worker_main();

}  // namespace lepton::table
