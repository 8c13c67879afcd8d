;; Sums of a tree ensemble's leaves for rows in blocks of 32: QuickScorer, its bits 32 rows wide. kernel-tables.ts makes the
;; tables. Leaves are added in the order of the trees, in float32, as ONNX Runtime adds them.
(module
  (import "kernel" "memory" (memory 0))
  (func (export "score")
    (param $rows i32)        ;; a multiple of 32
    (param $input i32)       ;; float32, row-major
    (param $rowBytes i32)
    (param $columns i32) (param $columnsEnd i32)
    (param $cuts i32)
    (param $trees i32) (param $treesEnd i32)
    (param $leaves i32)
    (param $words i32) (param $wordsEnd i32) ;; room for 32 rows of each word
    (param $sums i32)        ;; float32, [targets, rows]; zeros
    (param $values i32)      ;; room for 32 float32
    (local $inputEnd i32) (local $column i32) (local $cut i32) (local $cutsEnd i32) (local $at i32) (local $end i32)
    (local $word i32) (local $leaf i32) (local $tree i32) (local $count i32) (local $sum i32) (local $from i32)
    (local $value f32) (local $missing f32) (local $most f32) (local $threshold f32)
    (local $t v128) (local $keep v128)
    (local $v0 v128) (local $v1 v128) (local $v2 v128) (local $v3 v128)
    (local $v4 v128) (local $v5 v128) (local $v6 v128) (local $v7 v128)
    (local.set $inputEnd (i32.add (local.get $input) (i32.mul (local.get $rows) (local.get $rowBytes))))

    (loop $block
      ;; every leaf is possible yet
      (local.set $word (local.get $words))
      (loop $clear
        (v128.store (local.get $word) (v128.const i32x4 -1 -1 -1 -1))
        (local.set $word (i32.add (local.get $word) (i32.const 16)))
        (br_if $clear (i32.lt_u (local.get $word) (local.get $wordsEnd))))

      (local.set $cut (local.get $cuts))
      (local.set $column (local.get $columns))
      (block $columnsDone (loop $nextColumn
        (br_if $columnsDone (i32.ge_u (local.get $column) (local.get $columnsEnd)))
        ;; the column's 32 values, and the largest: NaN where there is one
        (local.set $at (i32.add (local.get $input) (i32.load (local.get $column))))
        (local.set $missing (f32.load offset=4 (local.get $column)))
        (local.set $cutsEnd (i32.add (local.get $cuts) (i32.load offset=8 (local.get $column))))
        (local.set $most (f32.const -inf))
        (local.set $word (local.get $values))
        (local.set $end (i32.add (local.get $values) (i32.const 128)))
        (loop $nextValue
          (local.set $value (f32.load (local.get $at)))
          (local.set $value (select (local.get $missing) (local.get $value)
            (f32.ne (local.get $value) (local.get $value))))
          (local.set $most (f32.max (local.get $most) (local.get $value)))
          (f32.store (local.get $word) (local.get $value))
          (local.set $at (i32.add (local.get $at) (local.get $rowBytes)))
          (local.set $word (i32.add (local.get $word) (i32.const 4)))
          (br_if $nextValue (i32.lt_u (local.get $word) (local.get $end))))
        (local.set $v0 (v128.load (local.get $values)))
        (local.set $v1 (v128.load offset=16 (local.get $values)))
        (local.set $v2 (v128.load offset=32 (local.get $values)))
        (local.set $v3 (v128.load offset=48 (local.get $values)))
        (local.set $v4 (v128.load offset=64 (local.get $values)))
        (local.set $v5 (v128.load offset=80 (local.get $values)))
        (local.set $v6 (v128.load offset=96 (local.get $values)))
        (local.set $v7 (v128.load offset=112 (local.get $values)))

        ;; a row beyond a cut keeps only the leaves of `keep`; cuts ascend: none is beyond those from the largest value on
        (block $cutsDone (loop $nextCut
          (br_if $cutsDone (i32.ge_u (local.get $cut) (local.get $cutsEnd)))
          (local.set $threshold (f32.load (local.get $cut)))
          (br_if $cutsDone (f32.le (local.get $most) (local.get $threshold)))
          (local.set $t (f32x4.splat (local.get $threshold)))
          (local.set $word (i32.add (local.get $words) (i32.load offset=4 (local.get $cut))))
          (local.set $keep (v128.load32_splat offset=8 (local.get $cut)))
          (v128.store (local.get $word) (v128.and (v128.load (local.get $word))
            (v128.or (local.get $keep) (f32x4.le (local.get $v0) (local.get $t)))))
          (v128.store offset=16 (local.get $word) (v128.and (v128.load offset=16 (local.get $word))
            (v128.or (local.get $keep) (f32x4.le (local.get $v1) (local.get $t)))))
          (v128.store offset=32 (local.get $word) (v128.and (v128.load offset=32 (local.get $word))
            (v128.or (local.get $keep) (f32x4.le (local.get $v2) (local.get $t)))))
          (v128.store offset=48 (local.get $word) (v128.and (v128.load offset=48 (local.get $word))
            (v128.or (local.get $keep) (f32x4.le (local.get $v3) (local.get $t)))))
          (v128.store offset=64 (local.get $word) (v128.and (v128.load offset=64 (local.get $word))
            (v128.or (local.get $keep) (f32x4.le (local.get $v4) (local.get $t)))))
          (v128.store offset=80 (local.get $word) (v128.and (v128.load offset=80 (local.get $word))
            (v128.or (local.get $keep) (f32x4.le (local.get $v5) (local.get $t)))))
          (v128.store offset=96 (local.get $word) (v128.and (v128.load offset=96 (local.get $word))
            (v128.or (local.get $keep) (f32x4.le (local.get $v6) (local.get $t)))))
          (v128.store offset=112 (local.get $word) (v128.and (v128.load offset=112 (local.get $word))
            (v128.or (local.get $keep) (f32x4.le (local.get $v7) (local.get $t)))))
          (local.set $cut (i32.add (local.get $cut) (i32.const 12)))
          (br $nextCut)))
        (local.set $cut (local.get $cutsEnd))
        (local.set $column (i32.add (local.get $column) (i32.const 12)))
        (br $nextColumn)))

      ;; of each tree the first leaf that is left: four rows at once where a word holds them all
      (local.set $word (local.get $words))
      (local.set $leaf (local.get $leaves))
      (local.set $tree (local.get $trees))
      (loop $nextTree
        (local.set $count (i32.load (local.get $tree)))
        (local.set $sum (i32.add (local.get $sums)
          (i32.mul (i32.load offset=4 (local.get $tree)) (i32.shl (local.get $rows) (i32.const 2)))))
        (local.set $end (i32.add (local.get $word) (i32.const 128)))
        (if (i32.eq (local.get $count) (i32.const 1))
          (then
            (loop $nextFour
              (v128.store (local.get $sum) (f32x4.add (v128.load (local.get $sum))
                (v128.load32_lane 3 (i32.add (local.get $leaf) (i32.shl (i32.ctz (i32.load offset=12 (local.get $word))) (i32.const 2)))
                  (v128.load32_lane 2 (i32.add (local.get $leaf) (i32.shl (i32.ctz (i32.load offset=8 (local.get $word))) (i32.const 2)))
                    (v128.load32_lane 1 (i32.add (local.get $leaf) (i32.shl (i32.ctz (i32.load offset=4 (local.get $word))) (i32.const 2)))
                      (v128.load32_zero (i32.add (local.get $leaf) (i32.shl (i32.ctz (i32.load (local.get $word))) (i32.const 2)))))))))
              (local.set $sum (i32.add (local.get $sum) (i32.const 16)))
              (local.set $word (i32.add (local.get $word) (i32.const 16)))
              (br_if $nextFour (i32.lt_u (local.get $word) (local.get $end)))))
          (else
            (loop $nextRow
              (local.set $at (local.get $word))
              (local.set $from (local.get $leaf))
              (loop $seek
                (if (i32.eqz (i32.load (local.get $at)))
                  (then
                    (local.set $at (i32.add (local.get $at) (i32.const 128)))
                    (local.set $from (i32.add (local.get $from) (i32.const 128)))
                    (br $seek))))
              (f32.store (local.get $sum) (f32.add (f32.load (local.get $sum))
                (f32.load (i32.add (local.get $from) (i32.shl (i32.ctz (i32.load (local.get $at))) (i32.const 2))))))
              (local.set $sum (i32.add (local.get $sum) (i32.const 4)))
              (local.set $word (i32.add (local.get $word) (i32.const 4)))
              (br_if $nextRow (i32.lt_u (local.get $word) (local.get $end))))
            (local.set $word (i32.add (local.get $word) (i32.shl (i32.sub (local.get $count) (i32.const 1)) (i32.const 7))))))
        (local.set $leaf (i32.add (local.get $leaf) (i32.shl (local.get $count) (i32.const 7))))
        (local.set $tree (i32.add (local.get $tree) (i32.const 8)))
        (br_if $nextTree (i32.lt_u (local.get $tree) (local.get $treesEnd))))

      (local.set $sums (i32.add (local.get $sums) (i32.const 128)))
      (local.set $input (i32.add (local.get $input) (i32.shl (local.get $rowBytes) (i32.const 5))))
      (br_if $block (i32.lt_u (local.get $input) (local.get $inputEnd)))))
)
