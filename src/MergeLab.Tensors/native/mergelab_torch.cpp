// One translation unit: libtorch's headers are parsed once, which is nearly all of the compile time.
#include <torch/version.h>

#include "abi.hpp"
#include "errors.hpp"
#include "handles.hpp"
#include "values.hpp"
#include "dispatch.hpp"
#include "tensors.hpp"
#include "autograd.hpp"
#include "runtime.hpp"
