// Makes a problem's data ready: generates its shards once, and returns at once ever after.
//
//   const GenerateOptions options = {.cache_folder = "cache"};
//   absl::StatusOr<DatasetManifest> manifest = PrepareData(*problem, options, "data");
//
// Examples go to FOLDER.partial, which becomes FOLDER when everything is in it: a run that was
// killed, or a disk that was full, leaves the old data set, the new one or none, never half of one; the
// next run removes what a killed one left. Bytes depend only on the problem, the seed, the limit and
// the sources, not on the threads that write them. One process at a time works on a data set; another
// says so and waits.
#ifndef T2T_PROBLEMS_SHARDS_PREPARE_H_
#define T2T_PROBLEMS_SHARDS_PREPARE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "problems/problem.h"
#include "problems/shards/manifest.h"

namespace t2t {

struct PrepareOptions {
  int64_t shard_bytes = int64_t{64} << 20;  // a shard ends with the record that reaches this
  bool again = false;                       // generate although a complete data set is there
  // Take a complete data set whatever its seed and limit are and whether broken records were
  // skipped: for those who only read what was made.
  bool any_complete = false;
};

// A data set of another revision, or one that lacks a shard, is replaced. Errors: InvalidArgument where its folder
// holds a file that is none of a data set's (it may be the user's own data); InvalidArgument
// for one of another seed or limit than is asked for, or without the records that were broken where
// these are to stop (someone may want it as it is); what Generate returns; an example with an
// unknown split or port; a problem that gives no example at all; what the disk says.
absl::StatusOr<DatasetManifest> PrepareData(const Problem& problem, const GenerateOptions& options,
                                            const std::string& data_folder,
                                            const PrepareOptions& prepare = {});

}  // namespace t2t

#endif  // T2T_PROBLEMS_SHARDS_PREPARE_H_
