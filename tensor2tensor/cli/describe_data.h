// What `t2t describe PROBLEM` tells of the data: how long examples are, how full batches would be; or, before there are data, the
// first rows of a folder as they were read.
#ifndef T2T_TENSOR2TENSOR_CLI_DESCRIBE_DATA_H_
#define T2T_TENSOR2TENSOR_CLI_DESCRIBE_DATA_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "problems/problem.h"
#include "tensor2tensor/models/task.h"

namespace t2t {

// "problem      copy, revision 1"; nothing for an empty value.
void DescribeLine(const std::string& name, const std::string& value);

// The values of an example, cut where they are long.
void DescribeExample(const Task& task, const Example& example);

// Of at most so many examples of the train split. Lets the task's codecs learn.
absl::Status DescribeLengths(const Task& task, const std::string& data_folder, int64_t most);

// The first examples that the problem gives, and the first records that it cannot read.
void DescribePreview(const Task& task, const Problem& problem, const GenerateOptions& generate);

}  // namespace t2t

#endif  // T2T_TENSOR2TENSOR_CLI_DESCRIBE_DATA_H_
