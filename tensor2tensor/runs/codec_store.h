// What the codecs of a run have learned, kept in the run's folder: ports/<problem>/<port>/<file>, or
// ports/shared/<key>/<file> for ports that share.
#ifndef T2T_TENSOR2TENSOR_RUNS_CODEC_STORE_H_
#define T2T_TENSOR2TENSOR_RUNS_CODEC_STORE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tensor2tensor/models/task.h"

namespace t2t {

// Loads every codec that learns. Error: NotFound where a file is missing.
absl::Status LoadCodecs(const std::string& run, const std::vector<Task>& tasks);

// Loads what is there and lets the other codecs learn from the train split of their problems' data sets
// (folders under `data_folder`); writes what they learned. Ports of one `share` key learn together. A damaged record stops
// it, unless `skip_broken`: the trainer counts those.
absl::Status LearnCodecs(const std::string& run, const std::vector<Task>& tasks,
                         const std::string& data_folder,
                         const std::function<void(const std::string&)>& say,
                         bool skip_broken = false);

// Lets a problem's codecs learn from a sample of its train split, spread evenly (of those that give frames a smaller one may do),
// and keeps nothing: for a look at data. What cannot be read is passed over.
absl::Status LearnFromSample(const Task& task, const std::string& data_folder, int64_t most_ids,
                             int64_t most_frames);

// Copies what a port's codec (CodecFolder) has learned from one run into another, where it is there.
absl::Status CopyCodec(const std::string& from, const std::string& codec, const std::string& to);

// Whether both runs hold the same for it.
bool SameCodec(const std::string& one, const std::string& other, const std::string& codec);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_RUNS_CODEC_STORE_H_
