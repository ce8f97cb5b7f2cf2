#include "tensor2tensor/layers/parallel_for.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/TensorIterator.h>

namespace t2t {

void ParallelFor(int64_t count, int64_t grain, c10::function_ref<void(int64_t, int64_t)> work) {
  if (count <= 0) return;
  if (count <= grain || at::get_num_threads() == 1 || at::in_parallel_region()) {
    work(0, count);
    return;
  }
  // An element-wise operation over the numbers 0, 1, ...: LibTorch cuts it into parts.
  const at::Tensor numbers = at::arange(count, at::kLong);
  at::TensorIterator::borrowing_nullary_op(numbers).for_each(
      [&work](char** data, const int64_t* /*strides*/, int64_t n) {
        const int64_t begin = *reinterpret_cast<const int64_t*>(data[0]);
        work(begin, begin + n);
      },
      grain);
}

}  // namespace t2t
