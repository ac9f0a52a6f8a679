# Fails if a preset does not switch on the sanitizers that its name promises.
cmake_minimum_required(VERSION 3.25)

file(READ ${CMAKE_CURRENT_LIST_DIR}/../../CMakePresets.json presets)
string(JSON count LENGTH ${presets} configurePresets)
math(EXPR last "${count} - 1")
foreach(index RANGE ${last})
  string(JSON name GET ${presets} configurePresets ${index} name)
  string(JSON sanitizers_of_${name} ERROR_VARIABLE none
         GET ${presets} configurePresets ${index} cacheVariables
             TOKENSIEVE_SANITIZER)
endforeach()

function(expect preset sanitizers)
  if(NOT "${sanitizers_of_${preset}}" STREQUAL "${sanitizers}")
    message(FATAL_ERROR "preset ${preset}: TOKENSIEVE_SANITIZER is "
      "'${sanitizers_of_${preset}}', not '${sanitizers}'")
  endif()
endfunction()
expect(asan-ubsan "address,undefined")
expect(tsan "thread")
